namespace Resift.Retrieval;

/// <summary>
/// Cuts texts into chunks of a limited number of tokens along the headings of their outlines, and says under which each stands.
/// </summary>
/// <remarks>
/// <para>
/// A section stays together with all its subsections where it fits; else it is cut at their headings, and what is still too long between
/// blocks and sentences, as <see cref="TextChunker"/> does it. A heading stands in one chunk with the text that follows it. Blocks of code
/// and tables stay whole where they fit, else they are cut between lines. Chunks overlap only within one section. What would be a chunk
/// without substance, such as a heading with nothing under it, markup alone or "See below.", goes with its neighbour where both fit.
/// </para>
/// <para>
/// <see cref="TextChunk.Text"/> is a part of the source, with its markup. <see cref="TextChunk.SearchedText"/> is without it, and the limit
/// is for what a model reads: so many tokens of searched text, and at most twice as many of the text with its markup.
/// </para>
/// <para>Safe for concurrent use if its token counter is.</para>
/// </remarks>
public sealed class OutlineChunker
{
    private readonly ChunkLimits _limits;

    /// <summary>Creates a chunker.</summary>
    /// <param name="countTokens">Counts tokens as the model does that will read the chunks.</param>
    /// <param name="maxTokens">
    /// How many tokens the searched text of a chunk has at most, at least 1. <see cref="TextChunk.Heading"/> is not counted.
    /// </param>
    /// <param name="overlapTokens">
    /// How many tokens of a chunk are repeated in the next one of its section at most, from 0 to half of <paramref name="maxTokens"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public OutlineChunker(TokenCounter countTokens, int maxTokens, int overlapTokens = 0) =>
        _limits = new(countTokens, maxTokens, overlapTokens);

    /// <summary>
    /// Gets how many tokens of a chunk something else takes that stands before it, such as title and headings, given its
    /// <see cref="TextChunk.Heading"/>; null for none. Whatever it says, at least half of the limit is left for the chunk.
    /// </summary>
    public Func<string?, int>? ReservedTokens { get; init; }

    /// <summary>Cuts a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="outline">The outline of this text.</param>
    /// <returns>
    /// The chunks in the order of the text, which cover everything but white space, and markup that is too long to go with any of them;
    /// none for a text with nothing to search.
    /// </returns>
    public IReadOnlyList<TextChunk> Chunk(string text, DocumentOutline outline)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(outline);
        var source = new ChunkSource(text, _limits, outline.Markup, ReservedTokens);
        var chunks = new SectionPacker(source).Pack(Section.Read(outline.Blocks, text.Length));
        return [.. new ChunkJoiner(source, outline).Join(chunks).Select(source.ToTextChunk)];
    }
}
