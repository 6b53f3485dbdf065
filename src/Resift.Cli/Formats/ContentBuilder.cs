using System.Text;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>Puts the text of a file together from headings and paragraphs, with its outline and pages, and within a bound.</summary>
internal sealed class ContentBuilder(CancellationToken cancellationToken)
{
    // A few kilobytes of shared strings or packed pages can be made into any number of gigabytes.
    private const int MostCharacters = 64 * 1024 * 1024;

    private const int DeepestHeading = 9;

    private readonly StringBuilder _text = new();
    private readonly List<OutlineBlock> _blocks = [];
    private readonly List<(int Start, int Number)> _pages = [];
    private string? _firstHeading;

    /// <summary>Gets a value indicating whether nothing was added.</summary>
    public bool IsEmpty => _text.Length == 0;

    /// <summary>Says that what comes next is on another page.</summary>
    public void BeginPage(int number)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int start = IsEmpty ? 0 : _text.Length + 2;
        if (_pages.Count > 0 && _pages[^1].Start == start)
        {
            _pages.RemoveAt(_pages.Count - 1);
        }

        _pages.Add((start, number));
    }

    /// <summary>Adds a heading, which opens a section.</summary>
    /// <param name="level">Its level, from 1 for the outermost.</param>
    /// <param name="text">Its text; nothing is added if that is blank.</param>
    public void AddHeading(int level, string text)
    {
        string line = OneLine(text);
        if (Add(line, new(0, StaysWhole: true, Math.Clamp(level, 1, DeepestHeading), line)))
        {
            _firstHeading ??= level == 1 ? line : null;
        }
    }

    /// <summary>Adds a paragraph; nothing if it is blank.</summary>
    public void AddParagraph(string text) => Add(text.Trim(), new(0, StaysWhole: false));

    /// <summary>Adds lines that belong together, such as the rows of a table.</summary>
    public void AddLines(IReadOnlyCollection<string> lines)
    {
        if (lines.Count > 0)
        {
            Add(string.Join('\n', lines), new(0, StaysWhole: true));
        }
    }

    /// <summary>Gets what was added.</summary>
    /// <param name="title">The title; null for the first heading of the first level.</param>
    /// <param name="pageKey">What the pages are; null if there are none.</param>
    public FileContent Build(string? title, string? pageKey = null)
    {
        string known = OneLine(title ?? "");
        return new(
            _text.ToString(),
            new DocumentOutline(_blocks, [], known.Length > 0 ? known : _firstHeading),
            pageKey is null || _pages.Count == 0 ? null : new(pageKey, _pages));
    }

    /// <summary>Gets a text with each run of white space as one space.</summary>
    public static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private bool Add(string text, OutlineBlock block)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (text.Length == 0)
        {
            return false;
        }

        if (_text.Length + text.Length > MostCharacters)
        {
            throw new InvalidDataException($"it has more than {MostCharacters / (1024 * 1024)} million characters of text.");
        }

        _text.Append(IsEmpty ? "" : "\n\n");
        _blocks.Add(block with { Start = _text.Length });
        _text.Append(text);
        return true;
    }
}
