using System.Text;
using System.Xml;
using DocumentFormat.OpenXml.Packaging;

namespace Resift.Cli;

/// <summary>Reads the text of a Word document: paragraphs under its headings, tables and footnotes.</summary>
internal static class WordFormat
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is encrypted, damaged or something else.</exception>
    public static FileContent Read(byte[] bytes, CancellationToken cancellationToken) => OfficePackage.Read(
        bytes, stream => WordprocessingDocument.Open(stream, isEditable: false), word =>
        {
            var main = OfficePackage.Required(word.MainDocumentPart, "wordprocessingml");
            var text = new ContentBuilder(cancellationToken);
            var body = new WordBody(text, HeadingLevels(main.StyleDefinitionsPart));
            body.Read(main);
            body.Read(main.FootnotesPart);
            body.Read(main.EndnotesPart);
            return text.Build(body.Title ?? OfficePackage.TitleOf(word));
        });

    // By the style's id; 0 is the title. Names are the same in every language of Word, ids are not.
    private static Dictionary<string, int> HeadingLevels(StyleDefinitionsPart? part)
    {
        var levels = new Dictionary<string, int>(StringComparer.Ordinal);
        var basedOn = new Dictionary<string, string>(StringComparer.Ordinal);
        using var xml = OfficePackage.Open(part);
        string? id = null;
        while (xml is not null && xml.ReadNext())
        {
            if (xml.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            switch (xml.LocalName)
            {
                case "style":
                    id = xml.Attribute("styleId");
                    break;
                case "name" when id is not null && LevelOfName(xml.Attribute("val")) is { } level:
                    levels[id] = level;
                    break;
                case "basedOn" when id is not null && xml.Attribute("val") is { } other:
                    basedOn[id] = other;
                    break;
                case "outlineLvl" when id is not null && WordBody.LevelOf(xml) is { } level:
                    levels.TryAdd(id, level);
                    break;
            }
        }

        foreach (string style in basedOn.Keys)
        {
            string? other = style;
            for (int steps = 0; steps < 16 && other is not null && !levels.ContainsKey(style); steps++)
            {
                other = basedOn.GetValueOrDefault(other);
                if (other is not null && levels.TryGetValue(other, out int level) && level > 0)
                {
                    levels[style] = level;
                }
            }
        }

        return levels;
    }

    private static int? LevelOfName(string? name) => name?.ToLowerInvariant() switch
    {
        "title" => 0,
        ['h', 'e', 'a', 'd', 'i', 'n', 'g', ' ', >= '1' and <= '9' and var level] => level - '0',
        _ => null,
    };
}

/// <summary>Reads the parts of a Word document that have paragraphs.</summary>
/// <param name="text">Takes them.</param>
/// <param name="levels">The levels of headings by the ids of their styles.</param>
internal sealed class WordBody(ContentBuilder text, IReadOnlyDictionary<string, int> levels)
{
    private readonly Stack<Paragraph> _open = new();
    private readonly List<string> _rows = [];
    private readonly StringBuilder _row = new();
    private int _tables;

    /// <summary>Gets the paragraph in the style of a title; null if there was none.</summary>
    public string? Title { get; private set; }

    /// <summary>Reads a part; nothing if it is null.</summary>
    public void Read(OpenXmlPart? part)
    {
        using var xml = OfficePackage.Open(part);
        int fallback = int.MaxValue;
        while (xml is not null && xml.ReadNext())
        {
            if (xml.NodeType == XmlNodeType.EndElement)
            {
                if (xml.Depth == fallback)
                {
                    fallback = int.MaxValue;
                }
                else if (xml.Depth < fallback)
                {
                    End(xml.LocalName);
                }
            }
            else if (xml.NodeType == XmlNodeType.Element && xml.Depth < fallback)
            {
                // What an old version shows in place of what stands before it is the same once more.
                if (xml.LocalName == "Fallback" && !xml.IsEmptyElement)
                {
                    fallback = xml.Depth;
                    continue;
                }

                Begin(xml);
                if (xml.NodeType == XmlNodeType.Element && xml.IsEmptyElement)
                {
                    End(xml.LocalName);
                }
            }
            else if (xml.IsText() && xml.Depth < fallback && _open.TryPeek(out var paragraph) && paragraph.IsInText)
            {
                paragraph.Text.Append(xml.Value);
            }
        }
    }

    /// <summary>Gets the level of an <c>outlineLvl</c> element, from 1; null for body text.</summary>
    public static int? LevelOf(XmlReader xml) =>
        int.TryParse(xml.Attribute("val"), out int level) && level is >= 0 and < 9 ? level + 1 : null;

    private void Begin(XmlReader xml)
    {
        switch (xml.LocalName)
        {
            case "p":
                _open.Push(new());
                return;
            case "tbl":
                _tables++;
                return;
        }

        if (!_open.TryPeek(out var paragraph))
        {
            return;
        }

        switch (xml.LocalName)
        {
            case "pStyle" when xml.Attribute("val") is { } style && levels.TryGetValue(style, out int level):
                paragraph.Level = level;
                break;
            case "outlineLvl" when LevelOf(xml) is { } level:
                paragraph.Level = level;
                break;
            case "numPr":
                paragraph.IsItem = true;
                break;
            case "t":
                paragraph.IsInText = !xml.IsEmptyElement;
                break;
            case "tab" or "br" or "cr" or "ptab":
                paragraph.Text.Append(' ');
                break;
            case "noBreakHyphen":
                paragraph.Text.Append('-');
                break;
        }
    }

    private void End(string name)
    {
        switch (name)
        {
            case "t" when _open.TryPeek(out var inText):
                inText.IsInText = false;
                break;
            case "p" when _open.TryPop(out var paragraph):
                Add(paragraph);
                break;
            case "tc" when _tables > 0:
                _row.Append(" | ");
                break;
            case "tr" when _tables == 1:
                AddRow();
                break;
            case "tbl" when _tables > 0 && --_tables == 0:
                text.AddLines(_rows);
                _rows.Clear();
                break;
        }
    }

    private void AddRow()
    {
        string row = _row.ToString().Trim(' ', '|');
        _row.Clear();
        if (row.Length > 0)
        {
            _rows.Add(row);
        }
    }

    private void Add(Paragraph paragraph)
    {
        string words = ContentBuilder.OneLine(paragraph.Text.ToString());
        if (words.Length == 0)
        {
            return;
        }

        if (_tables > 0)
        {
            _row.Append(_row.Length > 0 && _row[^1] != ' ' ? " " : "").Append(words);
        }
        else if (paragraph.Level is { } level)
        {
            Title ??= level == 0 ? words : null;
            text.AddHeading(Math.Max(level, 1), words);
        }
        else
        {
            text.AddParagraph(paragraph.IsItem ? $"- {words}" : words);
        }
    }

    private sealed class Paragraph
    {
        public StringBuilder Text { get; } = new();

        public int? Level { get; set; }

        public bool IsItem { get; set; }

        public bool IsInText { get; set; }
    }
}
