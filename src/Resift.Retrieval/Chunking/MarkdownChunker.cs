namespace Resift.Retrieval;

/// <summary>
/// Cuts Markdown into chunks of a limited number of tokens, along its headings, and says under which headings each stands.
/// </summary>
/// <remarks>
/// <para>It is an <see cref="OutlineChunker"/> with the outline that <see cref="DocumentOutline.OfMarkdown"/> reads.</para>
/// <para>Safe for concurrent use if its token counter is.</para>
/// </remarks>
public sealed class MarkdownChunker
{
    private readonly OutlineChunker _chunker;

    /// <summary>Creates a chunker.</summary>
    /// <param name="countTokens">Counts tokens as the model does that will read the chunks.</param>
    /// <param name="maxTokens">
    /// How many tokens the searched text of a chunk has at most, at least 1. <see cref="TextChunk.Heading"/> is not counted.
    /// </param>
    /// <param name="overlapTokens">
    /// How many tokens of a chunk are repeated in the next one of its section at most, from 0 to half of <paramref name="maxTokens"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public MarkdownChunker(TokenCounter countTokens, int maxTokens, int overlapTokens = 0) =>
        _chunker = new(countTokens, maxTokens, overlapTokens);

    /// <summary>Cuts a text.</summary>
    /// <param name="markdown">The text.</param>
    /// <returns>The chunks in the order of the text, as <see cref="OutlineChunker.Chunk"/> gives them.</returns>
    public IReadOnlyList<TextChunk> Chunk(string markdown) => _chunker.Chunk(markdown, DocumentOutline.OfMarkdown(markdown));
}
