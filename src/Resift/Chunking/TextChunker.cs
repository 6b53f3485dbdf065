namespace Resift;

/// <summary>Cuts plain text into chunks of a limited number of tokens, at the borders of paragraphs and sentences.</summary>
/// <remarks>
/// <para>
/// A chunk takes as many sentences as fit. It ends at the best border in the second half of what it could take: between paragraphs (a blank
/// line) rather than sentences, between sentences rather than words. A sentence that is too long on its own is cut between words, and a
/// word between characters as readers see them (grapheme clusters). Only where a single code point has more tokens than the limit is a
/// chunk longer than the limit.
/// </para>
/// <para>
/// A sentence ends after <c>. ! ? …</c> and closing quotes or brackets, where white space follows and then no small letter; not after an
/// initial, a common abbreviation or a word with inner periods (<c>J.</c>, <c>Dr.</c>, <c>e.g.</c>); and after the full stops of Chinese
/// and Japanese, whatever follows. In doubt two sentences stay together.
/// </para>
/// <para>Safe for concurrent use if its token counter is.</para>
/// </remarks>
public sealed class TextChunker
{
    private readonly ChunkLimits _limits;

    /// <summary>Creates a chunker.</summary>
    /// <param name="countTokens">Counts tokens as the model does that will read the chunks.</param>
    /// <param name="maxTokens">How many tokens a chunk has at most, at least 1.</param>
    /// <param name="overlapTokens">
    /// How many tokens of a chunk are repeated in the next one at most, from 0 to half of <paramref name="maxTokens"/>: as many whole
    /// sentences as fit, which may be none (or words, where a sentence is cut between words).
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public TextChunker(TokenCounter countTokens, int maxTokens, int overlapTokens = 0) =>
        _limits = new(countTokens, maxTokens, overlapTokens);

    /// <summary>Cuts a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The chunks in the order of the text, which cover everything but white space; none for a blank text.</returns>
    public IReadOnlyList<TextChunk> Chunk(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var source = new ChunkSource(text, _limits);
        var pieces = new PieceCutter(source);
        pieces.AddProse(0, text.Length);
        return [.. new PiecePacker(source).Pack(pieces.Pieces, heading: null).Select(source.ToTextChunk)];
    }
}
