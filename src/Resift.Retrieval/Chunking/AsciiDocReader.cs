using System.Text.RegularExpressions;

namespace Resift.Retrieval;

/// <summary>Reads the outline of AsciiDoc line by line.</summary>
internal sealed partial class AsciiDocReader(string text)
{
    private readonly List<OutlineBlock> _blocks = [];
    private readonly List<(int Start, int End)> _markup = [];
    private bool _isProse;

    public DocumentOutline Read()
    {
        // The line that a block of code, a table or a comment ends with.
        string? fence = null;
        bool isComment = false;
        bool isDiscrete = false;
        foreach (var (start, end) in TextLines.Read(text, 0, text.Length))
        {
            var line = text.AsSpan(start..end).TrimEnd();
            if (fence is not null)
            {
                bool closes = line.SequenceEqual(fence);
                if (isComment || closes)
                {
                    _markup.Add((start, end));
                }

                (fence, _isProse) = closes ? (null, false) : (fence, _isProse);
            }
            else if (Fence().IsMatch(line))
            {
                fence = line[0] == '`' ? "```" : line.ToString();
                isComment = line[0] == '/';
                Begin(start, staysWhole: !isComment);
                _markup.Add((start, end));
            }
            else if (!isDiscrete && Heading().Match(text, start, line.Length) is { Success: true } heading)
            {
                AddHeading(heading, start, start + line.Length);
            }
            else if (!line.IsEmpty)
            {
                Begin(start, staysWhole: false);
                MarkupPatterns.AddLines(_markup, text, start, end, NoText(), BlockMacro(), Inline());
            }

            isDiscrete = fence is null && line is "[discrete]" or "[float]";
        }

        return new(_blocks, _markup, _blocks.Find(block => block.Level == 1).Heading);
    }

    private void AddHeading(Match heading, int start, int end)
    {
        var words = heading.Groups["text"];
        _blocks.Add(new(start, StaysWhole: true, heading.Groups["level"].Length, MarkupPatterns.Without(words.Value, Inline())));
        _markup.Add((start, words.Index));
        MarkupPatterns.AddLines(_markup, text, words.Index, end, Inline());
        _isProse = false;
    }

    private void Begin(int start, bool staysWhole)
    {
        if (staysWhole || !_isProse)
        {
            _blocks.Add(new(start, staysWhole));
            _isProse = !staysWhole;
        }
    }

    // Code, literal text, pass-through, comments and tables: no heading is in any of them.
    [GeneratedRegex(@"^(?:-{4,}|\.{4,}|\+{4,}|/{4,}|```.*|[|,:!]===)$")]
    private static partial Regex Fence();

    [GeneratedRegex(@"^(?<level>={1,6})[ \t]+(?<text>\S.*)")]
    private static partial Regex Heading();

    // Attributes, comments, and the lines around examples, side bars, quotes and open blocks.
    [GeneratedRegex(@"^(?::!?\w[\w-]*!?:(?:[ \t].*)?|\[[^\]]*\]|//(?!/).*|={4,}|\*{4,}|_{4,}|--|'{3,}|<{3,}|\+)[ \t]*$")]
    private static partial Regex NoText();

    // include::a.adoc[], image::a.png[Text], toc::[]
    [GeneratedRegex(@"^(?:(?:image|video|audio)::[^\s\[]*\[(?<keep>[^\],=""]*)[^\]]*\]|\w+::[^\s\[]*\[[^\]]*\])[ \t]*$")]
    private static partial Regex BlockMacro();

    // link:a.html[text], https://a.org[text], xref:a.adoc[text], <<a,text>>, [[anchor]], `code`
    [GeneratedRegex("""
        (?:(?:link|xref|mailto|image|icon|kbd|btn|menu):[^\s\[:][^\s\[]*|https?://[^\s\[\]]+)\[(?<keep>[^\],=]*)[^\]]*\]
        |<<(?:[^<>,]*,[ \t]*)?(?<keep>[^<>]*)>>
        |\[\[[^\[\]]*\]\]
        |`\+?(?<keep>[^`]+?)\+?`
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Inline();
}
