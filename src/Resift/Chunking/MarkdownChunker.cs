namespace Resift.Chunking;

/// <summary>Cuts Markdown into chunks of a limited number of tokens, along its headings, and says under which headings each stands.</summary>
/// <remarks>
/// <para>
/// A section stays together with all its subsections where it fits; else it is cut at their headings, and what is still too long between
/// blocks and sentences, as <see cref="TextChunker"/> does it. A heading stands in one chunk with the text that follows it. Blocks of code
/// and tables stay whole where they fit, else they are cut between lines. Chunks overlap only within one section.
/// </para>
/// <para>
/// The text is CommonMark with YAML front matter, read by Markdig. A text with more levels of nesting than Markdig reads (some hundred) is
/// cut as plain text. The chunks are parts of the source: markup is kept, offsets are those of the text that was given.
/// </para>
/// <para>Safe for concurrent use if its token counter is.</para>
/// </remarks>
public sealed class MarkdownChunker
{
    private readonly ChunkLimits _limits;

    /// <summary>Makes a chunker.</summary>
    /// <param name="countTokens">Counts tokens as the model does that will read the chunks.</param>
    /// <param name="maxTokens">How many tokens a chunk has at most, at least 1. <see cref="TextChunk.Heading"/> is not counted.</param>
    /// <param name="overlapTokens">
    /// How many tokens of a chunk are repeated in the next one of its section at most, from 0 to half of <paramref name="maxTokens"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public MarkdownChunker(TokenCounter countTokens, int maxTokens, int overlapTokens = 0) =>
        _limits = new(countTokens, maxTokens, overlapTokens);

    /// <summary>Cuts a text.</summary>
    /// <param name="markdown">The text.</param>
    /// <returns>The chunks in the order of the text, which cover everything but white space; none for a blank text.</returns>
    public IReadOnlyList<TextChunk> Chunk(string markdown)
    {
        ArgumentNullException.ThrowIfNull(markdown);
        return new SectionPacker(markdown, _limits).Pack(MarkdownSection.Read(markdown));
    }
}
