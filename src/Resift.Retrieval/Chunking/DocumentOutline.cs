namespace Resift.Retrieval;

/// <summary>What the structure of a text says: its title, its sections and blocks, and what of it is markup.</summary>
/// <remarks>
/// <para>
/// The methods read the usual formats. For another one, such as HTML that was turned into text, make the outline from what is known of it.
/// </para>
/// <para>Immutable, and so safe for concurrent use.</para>
/// </remarks>
public sealed class DocumentOutline
{
    /// <summary>Creates an outline.</summary>
    /// <param name="blocks">
    /// The blocks in the order of the text; the first also has what stands before it. None make all of it one block.
    /// </param>
    /// <param name="markup">What is shown but not searched, from a start up to an end, in any order; parts may overlap.</param>
    /// <param name="title">The title; null if there is none.</param>
    /// <exception cref="ArgumentException">The blocks are not in order, or a part ends before it begins.</exception>
    public DocumentOutline(IEnumerable<OutlineBlock> blocks, IEnumerable<(int Start, int End)> markup, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(markup);
        OutlineBlock[] all = [.. blocks];
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i].Start < (i == 0 ? 0 : all[i - 1].Start))
            {
                throw new ArgumentException(
                    $"Block {i} begins at {all[i].Start}, before the text or the block before it: give them in order.", nameof(blocks));
            }
        }

        (Blocks, Markup, Title) = (all, Merged(markup), title);
    }

    /// <summary>Gets the title: that of the front matter, else the first heading of the first level; null if there is none.</summary>
    public string? Title { get; }

    /// <summary>Gets the blocks in the order of the text.</summary>
    public IReadOnlyList<OutlineBlock> Blocks { get; }

    /// <summary>Gets what is shown but not searched, in the order of the text; the parts do not touch each other.</summary>
    public IReadOnlyList<(int Start, int End)> Markup { get; }

    /// <summary>Reads CommonMark with YAML front matter, and knows the marks that mkdocs, DocFX and the like add to it.</summary>
    /// <param name="text">The text.</param>
    /// <returns>
    /// Its outline; it has no blocks if the text has more levels of nesting than Markdig reads (some hundred), more than 100 list items
    /// behind 200 columns of white space, or more than 10,000 targets of links and underlined headings.
    /// </returns>
    public static DocumentOutline OfMarkdown(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return MarkdownReader.Read(text);
    }

    /// <summary>Reads reStructuredText: its headings, literal blocks and comments, and the marks of directives and roles.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Its outline.</returns>
    public static DocumentOutline OfReStructuredText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new ReStructuredTextReader(text).Read();
    }

    /// <summary>Reads AsciiDoc: its headings, delimited blocks and comments, and the marks of attributes and macros.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Its outline.</returns>
    public static DocumentOutline OfAsciiDoc(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new AsciiDocReader(text).Read();
    }

    private static List<(int Start, int End)> Merged(IEnumerable<(int Start, int End)> markup)
    {
        List<(int Start, int End)> merged = [];
        foreach (var (start, end) in markup.Order())
        {
            if (start < 0 || end < start)
            {
                throw new ArgumentException(
                    $"A part from {start} to {end} is none: it must begin at 0 or later and end thereafter.", nameof(markup));
            }

            if (merged.Count > 0 && start <= merged[^1].End)
            {
                merged[^1] = (merged[^1].Start, Math.Max(end, merged[^1].End));
            }
            else if (start < end)
            {
                merged.Add((start, end));
            }
        }

        return merged;
    }
}
