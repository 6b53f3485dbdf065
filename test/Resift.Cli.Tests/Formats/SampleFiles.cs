using System.IO.Compression;
using System.Text;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Outline;
using UglyToad.PdfPig.Outline.Destinations;
using UglyToad.PdfPig.Writer;

namespace Resift.Cli.Tests.Formats;

/// <summary>Makes small files of the formats that are no text.</summary>
internal static class SampleFiles
{
    private const string Word = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
    private const string Drawing = "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"";
    private const string Slides = "xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\"";
    private const string Sheets = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    private const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Types = "application/vnd.openxmlformats-officedocument.";

    private const string WordStyles = """
        <w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
        <w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
        <w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
        <w:style w:type="paragraph" w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="berschrift2"/></w:style>
        """;

    /// <summary>Makes a PDF with a page for each list of lines, one line below the other.</summary>
    public static byte[] Pdf(string? title, (string Heading, int Page)[] bookmarks, params string[][] pages)
    {
        var pdf = new PdfDocumentBuilder();
        if (title is not null)
        {
            pdf.DocumentInformation.Title = title;
        }

        var font = pdf.AddStandard14Font(Standard14Font.Helvetica);
        foreach (string[] lines in pages)
        {
            var page = pdf.AddPage(PageSize.A4);
            double y = 780;
            foreach (string line in lines)
            {
                if (line.Length > 0)
                {
                    page.AddText(line, 11, new PdfPoint(60, y), font);
                }

                y -= line.Length > 0 ? 14 : 40;
            }
        }

        if (bookmarks.Length > 0)
        {
            pdf.Bookmarks = new Bookmarks([.. bookmarks.Select(bookmark => new DocumentBookmarkNode(
                bookmark.Heading,
                0,
                new ExplicitDestination(bookmark.Page, ExplicitDestinationType.FitPage, ExplicitDestinationCoordinates.Empty),
                []))]);
        }

        return pdf.Build();
    }

    /// <summary>Makes a Word document of the XML in its body; styles are a title, two headings and one based on the second.</summary>
    public static byte[] Docx(string body, string relations = "") => Package(
        ("word/document.xml", Types + "wordprocessingml.document.main+xml", $"<w:document {Word}><w:body>{body}</w:body></w:document>"),
        ("word/styles.xml", Types + "wordprocessingml.styles+xml", $"<w:styles {Word}>{WordStyles}</w:styles>"),
        ("word/_rels/document.xml.rels", "",
            Relations(("styles", "styles.xml")).Replace("</R", $"{relations}</R", StringComparison.Ordinal)));

    /// <summary>Makes a presentation with a slide for each title and text.</summary>
    public static byte[] Pptx(params (string Title, string Text)[] slides)
    {
        var ids = slides.Select((_, i) => $"<p:sldId id=\"{256 + i}\" r:id=\"r{i}\"/>");
        return Package(
        [
            ("ppt/presentation.xml", Types + "presentationml.presentation.main+xml",
                $"<p:presentation {Slides} xmlns:r=\"{Office}\"><p:sldIdLst>{string.Concat(ids)}</p:sldIdLst></p:presentation>"),
            ("ppt/_rels/presentation.xml.rels", "", Relations([.. slides.Select((_, i) => ("slide", $"slides/slide{i}.xml"))])),
            .. slides.Select((slide, i) => (
                $"ppt/slides/slide{i}.xml",
                Types + "presentationml.slide+xml",
                $"<p:sld {Slides} {Drawing}><p:cSld><p:spTree>{Shape("title", slide.Title)}{Shape("body", slide.Text)}" +
                    $"{Shape("sldNum", "99")}</p:spTree></p:cSld></p:sld>")),
        ]);
    }

    /// <summary>Makes a workbook of sheets with the XML of their rows. Style 1 is a date.</summary>
    public static byte[] Xlsx(string[] sharedStrings, params (string Name, string Rows)[] sheets) => Package(
    [
        ("xl/workbook.xml", Types + "spreadsheetml.sheet.main+xml",
            $"<workbook {Sheets} xmlns:r=\"{Office}\"><sheets>" +
                string.Concat(sheets.Select((sheet, i) => $"<sheet name=\"{sheet.Name}\" sheetId=\"{i + 1}\" r:id=\"r{i}\"/>")) +
                "</sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", "", Relations(
        [
            .. sheets.Select((_, i) => ("worksheet", $"worksheets/sheet{i}.xml")),
            ("sharedStrings", "sharedStrings.xml"),
            ("styles", "styles.xml"),
        ])),
        ("xl/sharedStrings.xml", Types + "spreadsheetml.sharedStrings+xml",
            $"<sst {Sheets}>{string.Concat(sharedStrings.Select(text => $"<si><t>{text}</t></si>"))}</sst>"),
        ("xl/styles.xml", Types + "spreadsheetml.styles+xml",
            $"<styleSheet {Sheets}><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"),
        .. sheets.Select((sheet, i) => (
            $"xl/worksheets/sheet{i}.xml",
            Types + "spreadsheetml.worksheet+xml",
            $"<worksheet {Sheets}><sheetData>{sheet.Rows}</sheetData></worksheet>")),
    ]);

    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    private static string Shape(string kind, string text) =>
        $"<p:sp><p:nvSpPr><p:nvPr><p:ph type=\"{kind}\"/></p:nvPr></p:nvSpPr><p:txBody>" +
        $"<a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>";

    private static string Relations(params (string Type, string Target)[] relations) =>
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" +
        string.Concat(relations.Select((relation, i) =>
            $"<Relationship Id=\"r{i}\" Type=\"{Office}/{relation.Type}\" Target=\"{relation.Target}\"/>")) +
        "</Relationships>";

    // The first part is the main one.
    private static byte[] Package(params (string Name, string Type, string Xml)[] parts)
    {
        string types = string.Concat(parts.Where(part => part.Type.Length > 0)
            .Select(part => $"<Override PartName=\"/{part.Name}\" ContentType=\"{part.Type}\"/>"));
        return Zip(
        [
            ("[Content_Types].xml", Encoding.UTF8.GetBytes(
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" " +
                $"ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>{types}</Types>")),
            ("_rels/.rels", Encoding.UTF8.GetBytes(Relations(("officeDocument", parts[0].Name)))),
            .. parts.Select(part => (part.Name, Encoding.UTF8.GetBytes(part.Xml))),
        ]);
    }
}
