namespace Resift;

/// <summary>A part of a longer text.</summary>
/// <param name="Text">The part: exactly the characters of the source from <see cref="Start"/> on.</param>
/// <param name="Start">Where it begins in the source, in UTF-16 code units.</param>
public sealed record TextChunk(string Text, int Start)
{
    /// <summary>Gets its length in the source, in UTF-16 code units.</summary>
    public int Length => Text.Length;

    /// <summary>
    /// Gets the headings that it stands under, outermost first, such as <c>Guide &gt; Install &gt; Linux</c>; null if there are none.
    /// </summary>
    public string? Heading { get; init; }

    /// <summary>
    /// Gets the text that a model or an index reads in place of <see cref="Text"/>, such as Markdown without its markup; null for
    /// <see cref="Text"/> itself.
    /// </summary>
    public string? SearchedText { get; init; }
}
