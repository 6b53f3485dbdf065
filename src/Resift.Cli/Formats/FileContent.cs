using System.Globalization;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>What was read of a file that is one document.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Outline">The headings and blocks that say where it is cut; null for plain text.</param>
/// <param name="Pages">Where its pages begin; null if it has none.</param>
internal sealed record FileContent(string Text, DocumentOutline? Outline = null, PageStarts? Pages = null);

/// <summary>Where the pages of a text begin.</summary>
/// <param name="Key">
/// What they are, <see cref="PageKey"/> or <see cref="SlideKey"/>: the key of the metadata that names those of a passage.
/// </param>
/// <param name="Starts">The offset of each page's first character, and its number, in the order of the text.</param>
internal sealed record PageStarts(string Key, IReadOnlyList<(int Start, int Number)> Starts)
{
    /// <summary>The key of the metadata for pages.</summary>
    public const string PageKey = "page";

    /// <summary>The key of the metadata for slides.</summary>
    public const string SlideKey = "slide";

    /// <summary>Gets the pages of a part of the text, such as <c>3</c> or <c>3-4</c>.</summary>
    /// <param name="start">Where the part begins.</param>
    /// <param name="length">How long it is; at least 1.</param>
    public string Of(int start, int length)
    {
        string first = NumberAt(start);
        string last = NumberAt(start + length - 1);
        return first == last ? first : $"{first}-{last}";
    }

    private string NumberAt(int position)
    {
        int low = 0;
        int high = Starts.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = Starts[middle].Start <= position ? (middle, high) : (low, middle - 1);
        }

        return Starts[low].Number.ToString(CultureInfo.InvariantCulture);
    }
}
