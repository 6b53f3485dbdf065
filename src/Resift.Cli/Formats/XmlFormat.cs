using System.Text;
using System.Xml;

namespace Resift.Cli;

/// <summary>Reads the text of XML. What is declared in it is not looked at, and nothing is fetched.</summary>
internal static class XmlFormat
{
    private const int LongestTitle = 300;

    private static readonly XmlReaderSettings _settings = new()
    {
        DtdProcessing = DtdProcessing.Ignore,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is no XML.</exception>
    /// <remarks>
    /// An element begins a new line, unless text stands directly before it or behind it, as in <c>some &lt;b&gt;bold&lt;/b&gt; words</c>.
    /// The title is the first element of that name.
    /// </remarks>
    public static FileContent Read(byte[] bytes, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        bool isBroken = false;
        bool isSpaced = false;
        bool isBehindText = false;
        int titleDepth = int.MaxValue;
        int titleStart = -1;
        string? title = null;
        try
        {
            using var xml = XmlReader.Create(new MemoryStream(bytes, writable: false), _settings);
            while (xml.ReadNext())
            {
                cancellationToken.ThrowIfCancellationRequested();
                switch (xml.NodeType)
                {
                    case XmlNodeType.Element:
                        if (title is null && titleStart < 0 && xml.LocalName == "title" && !xml.IsEmptyElement)
                        {
                            (titleDepth, titleStart) = (xml.Depth, text.Length);
                        }

                        isBroken |= !isBehindText;
                        break;
                    case XmlNodeType.EndElement:
                        if (xml.Depth == titleDepth && titleStart >= 0)
                        {
                            title = ContentBuilder.OneLine(text.ToString(titleStart, Math.Min(text.Length - titleStart, LongestTitle)));
                            (titleDepth, titleStart) = (int.MaxValue, -1);
                        }

                        isBehindText = false;
                        break;
                    case XmlNodeType.Text or XmlNodeType.CDATA:
                        Append(xml.Value, text, isBroken && text.Length > 0, ref isSpaced);
                        (isBroken, isBehindText) = (false, true);
                        break;
                    case XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                        (isBroken, isBehindText) = (isBroken || xml.Value.Contains('\n'), false);
                        isSpaced = true;
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is XmlException or ArgumentException)
        {
            // The latter is what the reader throws at a short file whose declaration has a character beyond ASCII.
            throw new InvalidDataException($"this is not XML: {exception.Message}", exception);
        }

        return new(text.ToString(), string.IsNullOrEmpty(title) ? null : new([], [], title));
    }

    private static void Append(string value, StringBuilder text, bool isBroken, ref bool isSpaced)
    {
        if (isBroken)
        {
            text.Append('\n');
            isSpaced = false;
        }

        foreach (char character in value)
        {
            if (char.IsWhiteSpace(character))
            {
                isSpaced = true;
                continue;
            }

            text.Append(isSpaced && text.Length > 0 && text[^1] != '\n' ? " " : "").Append(character);
            isSpaced = false;
        }
    }
}
