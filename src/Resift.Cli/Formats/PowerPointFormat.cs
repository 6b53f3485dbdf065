using System.Text;
using System.Xml;
using DocumentFormat.OpenXml.Packaging;

namespace Resift.Cli;

/// <summary>Reads the text of a presentation slide by slide, each under its title, with the speaker's notes.</summary>
internal static class PowerPointFormat
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is encrypted, damaged or something else.</exception>
    public static FileContent Read(byte[] bytes, CancellationToken cancellationToken) => OfficePackage.Read(
        bytes, stream => PresentationDocument.Open(stream, isEditable: false), presentation =>
        {
            var main = OfficePackage.Required(presentation.PresentationPart, "presentationml");
            var text = new ContentBuilder(cancellationToken);
            foreach (var (index, id) in SlideIds(main).Index())
            {
                if (main.TryGetPartById(id, out var part) && part is SlidePart slide)
                {
                    text.BeginPage(index + 1);
                    Add(slide, text);
                    Add(slide.NotesSlidePart, text);
                }
            }

            return text.Build(OfficePackage.TitleOf(presentation), PageStarts.SlideKey);
        });

    private static List<string> SlideIds(PresentationPart part)
    {
        var ids = new List<string>();
        using var xml = OfficePackage.Open(part)!;
        while (xml.ReadNext())
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "sldId" && RelationOf(xml) is { } id)
            {
                ids.Add(id);
            }
        }

        return ids;
    }

    // There are two attributes called "id": the number of the slide, and, in a namespace, its relation.
    private static string? RelationOf(XmlReader xml)
    {
        string? id = null;
        for (bool has = xml.MoveToFirstAttribute(); has; has = xml.MoveToNextAttribute())
        {
            id = xml.LocalName == "id" && xml.NamespaceURI.Length > 0 ? xml.Value : id;
        }

        xml.MoveToElement();
        return id;
    }

    private static void Add(OpenXmlPart? part, ContentBuilder text)
    {
        using var xml = OfficePackage.Open(part);
        var paragraph = new StringBuilder();
        var row = new List<string>();
        var rows = new List<string>();
        var others = new List<string>();
        string? kind = null;
        string? title = null;
        bool isTable = false;
        bool isInText = false;
        while (xml is not null && xml.ReadNext())
        {
            bool isEnd = xml.NodeType == XmlNodeType.EndElement || (xml.NodeType == XmlNodeType.Element && xml.IsEmptyElement);
            if (xml.NodeType == XmlNodeType.Element)
            {
                switch (xml.LocalName)
                {
                    case "sp":
                        kind = null;
                        break;
                    case "ph":
                        kind = xml.Attribute("type") ?? "";
                        break;
                    case "tbl":
                        isTable = true;
                        break;
                    case "t":
                        isInText = !xml.IsEmptyElement;
                        break;
                    case "br":
                        paragraph.Append(' ');
                        break;
                }
            }
            else if (isInText && xml.IsText())
            {
                paragraph.Append(xml.Value);
            }

            if (!isEnd)
            {
                continue;
            }

            switch (xml.LocalName)
            {
                case "t":
                    isInText = false;
                    break;
                case "p":
                    string words = ContentBuilder.OneLine(paragraph.ToString());
                    paragraph.Clear();
                    // Numbers of slides, dates and the like stand on each.
                    if (words.Length == 0 || kind is "sldNum" or "dt" or "ftr" or "hdr")
                    {
                        break;
                    }

                    if (isTable)
                    {
                        row.Add(words);
                    }
                    else if (kind is "title" or "ctrTitle")
                    {
                        title = title is null ? words : $"{title} {words}";
                    }
                    else
                    {
                        others.Add(words);
                    }

                    break;
                case "tr" when row.Count > 0:
                    rows.Add(string.Join(" | ", row));
                    row.Clear();
                    break;
                case "tbl":
                    isTable = false;
                    break;
            }
        }

        text.AddHeading(1, title ?? "");
        others.ForEach(text.AddParagraph);
        text.AddLines(rows);
    }
}
