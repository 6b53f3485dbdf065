using System.Globalization;
using System.Text;
using System.Xml;
using DocumentFormat.OpenXml.Packaging;

namespace Resift.Cli;

/// <summary>Reads the cells of a workbook row by row, each sheet under its name; hidden sheets are left out.</summary>
internal static class ExcelFormat
{
    // A sheet has 16,384 columns.
    private const int MostCellsOfRow = 16_384;
    private const int LinesAtOnce = 1_000;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is encrypted, damaged or something else.</exception>
    public static FileContent Read(byte[] bytes, CancellationToken cancellationToken) => OfficePackage.Read(
        bytes, stream => SpreadsheetDocument.Open(stream, isEditable: false), workbook =>
        {
            var main = OfficePackage.Required(workbook.WorkbookPart, "spreadsheetml");
            var text = new ContentBuilder(cancellationToken);
            var values = new ExcelValues(SharedStrings(main.SharedStringTablePart), DateStyles(main.WorkbookStylesPart));
            foreach (var (name, id) in Sheets(main))
            {
                if (main.TryGetPartById(id, out var part) && part is WorksheetPart sheet)
                {
                    text.AddHeading(1, name);
                    AddRows(sheet, values, text);
                }
            }

            // The name of a sheet says nothing about all of them.
            return text.Build(OfficePackage.TitleOf(workbook) ?? "");
        });

    private static List<(string Name, string Id)> Sheets(WorkbookPart part)
    {
        var sheets = new List<(string, string)>();
        using var xml = OfficePackage.Open(part)!;
        while (xml.ReadNext())
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "sheet"
                && (xml.Attribute("state") is null or "visible") && xml.Attribute("id") is { } id)
            {
                sheets.Add((xml.Attribute("name") ?? "", id));
            }
        }

        return sheets;
    }

    private static List<string> SharedStrings(SharedStringTablePart? part)
    {
        var strings = new List<string>();
        using var xml = OfficePackage.Open(part);
        while (xml is not null && xml.ReadNext())
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "si")
            {
                strings.Add(xml.IsEmptyElement ? "" : RichText(xml));
            }
        }

        return strings;
    }

    // Up to the end of the element; how a word is pronounced (rPh) is no part of it.
    private static string RichText(XmlReader xml)
    {
        int depth = xml.Depth;
        var text = new StringBuilder();
        int phonetic = 0;
        bool isInText = false;
        while (xml.ReadNext() && xml.Depth > depth)
        {
            switch (xml.NodeType)
            {
                case XmlNodeType.Element when xml.LocalName == "rPh" && !xml.IsEmptyElement:
                    phonetic++;
                    break;
                case XmlNodeType.EndElement when xml.LocalName == "rPh":
                    phonetic--;
                    break;
                case (XmlNodeType.Element or XmlNodeType.EndElement) when xml.LocalName == "t":
                    isInText = xml.NodeType == XmlNodeType.Element && !xml.IsEmptyElement;
                    break;
                default:
                    text.Append(isInText && phonetic == 0 && xml.IsText() ? xml.Value : "");
                    break;
            }
        }

        return text.ToString();
    }

    // Which of the styles of cells show a number as a date.
    private static List<bool> DateStyles(WorkbookStylesPart? part)
    {
        var own = new Dictionary<string, bool>();
        var styles = new List<bool>();
        using var xml = OfficePackage.Open(part);
        bool isOfCells = false;
        while (xml is not null && xml.ReadNext())
        {
            if (xml.LocalName == "cellXfs")
            {
                isOfCells = xml.NodeType == XmlNodeType.Element;
            }
            else if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "numFmt" && xml.Attribute("numFmtId") is { } format)
            {
                own[format] = ExcelValues.IsDate(xml.Attribute("formatCode") ?? "");
            }
            else if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "xf" && isOfCells)
            {
                string id = xml.Attribute("numFmtId") ?? "0";
                styles.Add(own.TryGetValue(id, out bool isDate) ? isDate : id is ['1', '4' or '5' or '6' or '7'] or "22");
            }
        }

        return styles;
    }

    private static void AddRows(WorksheetPart sheet, ExcelValues values, ContentBuilder text)
    {
        using var xml = OfficePackage.Open(sheet)!;
        var row = new List<string>();
        var rows = new List<string>();
        string? type = null;
        string? style = null;
        while (xml.ReadNext())
        {
            if (xml.NodeType == XmlNodeType.Element)
            {
                switch (xml.LocalName)
                {
                    case "c":
                        (type, style) = (xml.Attribute("t"), xml.Attribute("s"));
                        break;
                    case "v" when !xml.IsEmptyElement && row.Count < MostCellsOfRow:
                        row.Add(ContentBuilder.OneLine(values.Of(RawText(xml), type, style)));
                        break;
                    case "is" when !xml.IsEmptyElement && row.Count < MostCellsOfRow:
                        row.Add(ContentBuilder.OneLine(RichText(xml)));
                        break;
                }
            }
            else if (xml.NodeType == XmlNodeType.EndElement && xml.LocalName == "row")
            {
                string line = string.Join(" | ", row.Where(cell => cell.Length > 0));
                row.Clear();
                // An empty row parts tables.
                if (line.Length > 0)
                {
                    rows.Add(line);
                }

                if (line.Length == 0 || rows.Count == LinesAtOnce)
                {
                    text.AddLines(rows);
                    rows.Clear();
                }
            }
        }

        text.AddLines(rows);
    }

    private static string RawText(XmlReader xml)
    {
        int depth = xml.Depth;
        var text = new StringBuilder();
        while (xml.ReadNext() && xml.Depth > depth)
        {
            text.Append(xml.NodeType == XmlNodeType.Text ? xml.Value : "");
        }

        return text.ToString();
    }
}

/// <summary>Says what the cells of a workbook show.</summary>
/// <param name="sharedStrings">The texts that cells share.</param>
/// <param name="dateStyles">Which styles show a number as a date.</param>
internal sealed class ExcelValues(IReadOnlyList<string> sharedStrings, IReadOnlyList<bool> dateStyles)
{
    /// <summary>Gets what a cell shows.</summary>
    /// <param name="value">Its value as it is stored.</param>
    /// <param name="type">Its type as it is stored.</param>
    /// <param name="style">The number of its style.</param>
    public string Of(string value, string? type, string? style) => type switch
    {
        "s" => int.TryParse(value, CultureInfo.InvariantCulture, out int index) && index >= 0 && index < sharedStrings.Count
            ? sharedStrings[index]
            : "",
        "b" => value == "1" ? "TRUE" : "FALSE",
        "str" or "e" or "d" or "inlineStr" => value,
        _ => IsDateStyle(style) && DateOf(value) is { } date ? date : value,
    };

    /// <summary>Determines whether a format shows dates or times: it has letters for them outside of quotes and brackets.</summary>
    public static bool IsDate(string format)
    {
        bool isQuoted = false;
        bool isInBrackets = false;
        for (int i = 0; i < format.Length; i++)
        {
            char character = format[i];
            if (character == '\\')
            {
                i++;
            }
            else if (character == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (character is '[' or ']')
            {
                isInBrackets = character == '[';
            }
            else if (!isQuoted && !isInBrackets && "ymdh".Contains(char.ToLowerInvariant(character)))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsDateStyle(string? style) => int.TryParse(style, CultureInfo.InvariantCulture, out int number)
        && number >= 0 && number < dateStyles.Count && dateStyles[number];

    // Days since the end of 1899.
    private static string? DateOf(string value)
    {
        if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double days)
            || days is not (>= 1 and < 2_958_466))
        {
            return null;
        }

        var date = DateTime.FromOADate(days);
        return date.ToString(date.TimeOfDay.TotalSeconds < 0.5 ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }
}
