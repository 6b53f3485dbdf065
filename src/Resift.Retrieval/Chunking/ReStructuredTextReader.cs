using System.Text.RegularExpressions;

namespace Resift.Retrieval;

/// <summary>Reads the outline of reStructuredText line by line.</summary>
internal sealed partial class ReStructuredTextReader(string text)
{
    // A shorter line under a longer title is no underline, as docutils has it.
    private const int ShortestUnderline = 4;

    // The text of these directives is no prose, nor what stands behind their names.
    private static readonly HashSet<string> _unread =
    [
        "contents", "default-role", "highlight", "image", "include", "index", "literalinclude", "meta", "raw", "role", "sectnum",
        "tabularcolumns", "toctree",
    ];

    private static readonly HashSet<string> _code =
        ["code", "code-block", "doctest", "math", "parsed-literal", "productionlist", "prompt", "sourcecode", "testcode"];

    private readonly (int Start, int End)[] _lines = [.. TextLines.Read(text, 0, text.Length)];
    private readonly List<OutlineBlock> _blocks = [];
    private readonly List<(int Start, int End)> _markup = [];

    // How a heading is adorned says how deep it is: those of the first form are of the first level, and so on.
    private readonly List<(char Mark, bool HasOverline)> _levels = [];

    private bool _isProse;

    public DocumentOutline Read()
    {
        for (int i = 0; i < _lines.Length;)
        {
            i = IsBlank(i) ? i + 1 : Heading(i) ?? Explicit(i) ?? Prose(i);
        }

        return new(_blocks, _markup, _blocks.Find(block => block.Level == 1).Heading);
    }

    // Each of these gives the line behind what it has read, or null if that is something else.
    private int? Heading(int line)
    {
        if (!(line == 0 || IsBlank(line - 1) || Line(line - 1).StartsWith("..")))
        {
            return null;
        }

        bool hasOverline = Adornment(line) is { } over && Adornment(line + 2) == over && !IsBlank(line + 1);
        int title = hasOverline ? line + 1 : line;
        if (Adornment(title + 1) is not { } mark || Adornment(title) is not null || (!hasOverline && char.IsWhiteSpace(Line(title)[0])))
        {
            return null;
        }

        int length = Line(title + 1).TrimEnd().Length;
        if (length < ShortestUnderline && length < Line(title).TrimEnd().Length)
        {
            return null;
        }

        var form = (mark, hasOverline);
        if (!_levels.Contains(form))
        {
            _levels.Add(form);
        }

        string heading = MarkupPatterns.Without(Line(title).ToString(), Inline());
        _blocks.Add(new(_lines[line].Start, StaysWhole: true, _levels.IndexOf(form) + 1, heading));
        _isProse = false;
        _markup.Add(_lines[title + 1]);
        if (hasOverline)
        {
            _markup.Add(_lines[line]);
        }

        AddInline(title, title + 1);
        return title + 2;
    }

    // Comments, targets and directives begin with two periods; what belongs to them is indented.
    private int? Explicit(int line)
    {
        var start = Line(line).TrimStart();
        if (!(start.StartsWith(".. ") || start.TrimEnd() is ".."))
        {
            return null;
        }

        int end = EndOfIndented(line + 1, Indentation(line));
        var directive = Directive().Match(text, _lines[line].Start, _lines[line].End - _lines[line].Start);
        string name = directive.Groups["name"].Value;
        BeginProse(line);
        if (!directive.Success)
        {
            // A note at the foot or a citation is text behind its mark.
            int markupEnd = start.StartsWith(".. [") ? _lines[line].Start + Indentation(line) + 2 : _lines[end - 1].End;
            _markup.Add((_lines[line].Start, markupEnd));
            return end;
        }

        if (_unread.Contains(name))
        {
            _markup.Add((_lines[line].Start, _lines[end - 1].End));
            return end;
        }

        bool isCode = _code.Contains(name);
        _markup.Add((_lines[line].Start, isCode ? _lines[line].End : directive.Index + directive.Length));
        AddInline(line, line + 1);
        int body = line + 1;
        while (body < end && Option().IsMatch(Line(body)))
        {
            _markup.Add(_lines[body++]);
        }

        if (isCode && body < end)
        {
            AddCode(body);
            return end;
        }

        return body;
    }

    // Up to a blank line; and the literal block, if two colons announce one.
    private int Prose(int line)
    {
        int end = line;
        while (end < _lines.Length && !IsBlank(end))
        {
            end++;
        }

        bool isTable = Line(line).StartsWith("+-") || SimpleTable().IsMatch(Line(line));
        if (isTable)
        {
            _blocks.Add(new(_lines[line].Start, StaysWhole: true));
            _isProse = false;
        }
        else
        {
            BeginProse(line);
        }

        AddInline(line, end);
        MarkupPatterns.AddLines(_markup, text, _lines[line].Start, _lines[end - 1].End, NoText());
        if (end == line + 1 && Adornment(line) is not null)
        {
            _markup.Add(_lines[line]);
        }

        var last = Line(end - 1).TrimEnd();
        if (!last.EndsWith("::"))
        {
            return end;
        }

        int endOfCode = EndOfIndented(end, Indentation(end - 1));
        if (endOfCode > end)
        {
            AddCode(end);
        }

        return endOfCode;
    }

    private void BeginProse(int line)
    {
        if (!_isProse)
        {
            _blocks.Add(new(_lines[line].Start, StaysWhole: false));
            _isProse = true;
        }
    }

    private void AddCode(int line)
    {
        _blocks.Add(new(_lines[line].Start, StaysWhole: true));
        _isProse = false;
    }

    private void AddInline(int line, int end) =>
        MarkupPatterns.AddPart(_markup, text, _lines[line].Start, _lines[end - 1].End, Inline());

    private ReadOnlySpan<char> Line(int line) => text.AsSpan(_lines[line].Start.._lines[line].End);

    private bool IsBlank(int line) => Line(line).IsWhiteSpace();

    private int Indentation(int line) => Line(line).Length - Line(line).TrimStart().Length;

    /// <summary>Finds the end of the lines that are further indented than another, without blank ones at the end.</summary>
    private int EndOfIndented(int line, int indentation)
    {
        int end = line;
        for (; line < _lines.Length && (IsBlank(line) || Indentation(line) > indentation); line++)
        {
            end = IsBlank(line) ? end : line + 1;
        }

        return end;
    }

    /// <summary>
    /// Gets the sign that a line has nothing but, not even blanks before it; null if that is not so or there is no such line.
    /// </summary>
    private char? Adornment(int line)
    {
        if (line >= _lines.Length || IsBlank(line))
        {
            return null;
        }

        var mark = Line(line).TrimEnd();
        bool isSign = char.IsAscii(mark[0]) && !char.IsAsciiLetterOrDigit(mark[0]) && mark[0] > ' ';
        return isSign && !mark.ContainsAnyExcept(mark[0]) ? mark[0] : null;
    }

    // .. name:: and .. |text| name::
    [GeneratedRegex(@"^[ \t]*\.\.[ \t]+(?:\|[^|\n]{1,100}\|[ \t]+)?(?<name>[\w:+.-]{1,60}?)::(?:[ \t]+|$)")]
    private static partial Regex Directive();

    [GeneratedRegex(@"^[ \t]+:[\w-]+:")]
    private static partial Regex Option();

    [GeneratedRegex(@"^[ \t]*=+[ \t]+=[= \t]*$")]
    private static partial Regex SimpleTable();

    // The lines of tables, and fields that only Sphinx reads.
    [GeneratedRegex(@"^[ \t]*(?:\+[-=+]+\+|[=-]{2,}(?:[ \t]+[=-]{2,})+)[ \t]*$|^:(?:orphan|nocomments|nosearch|tocdepth):.*$")]
    private static partial Regex NoText();

    // ``code``, :role:`text <target>`, `text <target>`_, `text`, **strong**
    [GeneratedRegex("""
        ``(?<keep>[^`]{1,1000}(?:`[^`]{1,1000}){0,3})``
        |(?::[\w.+-]{1,40}(?::[\w.+-]{1,40})?:)?`[~!]?(?<keep>[^`<>]{1,300}[^`<>\s])(?:\s{0,4}<[^`<>]{1,300}>)?`_{0,2}
        |\*\*(?<keep>[^*\n]{1,300})\*\*
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Inline();
}
