using System.Xml;

namespace Resift.Cli;

/// <summary>Goes through XML node by node, within bounds.</summary>
internal static class XmlNodes
{
    private const int DeepestElement = 512;

    /// <summary>Moves to the next node.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="InvalidDataException">Elements are nested too deep.</exception>
    public static bool ReadNext(this XmlReader xml)
    {
        if (xml.Depth > DeepestElement)
        {
            throw new InvalidDataException($"there are more than {DeepestElement} XML elements within one another.");
        }

        return xml.Read();
    }

    /// <summary>Determines whether the node is text of an Office file, white space included.</summary>
    public static bool IsText(this XmlReader xml) =>
        xml.NodeType is XmlNodeType.Text or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace;

    /// <summary>Gets an attribute by its name without its prefix, whichever edition of the format the namespace is of.</summary>
    public static string? Attribute(this XmlReader xml, string name)
    {
        string? value = null;
        for (bool has = xml.MoveToFirstAttribute(); has && value is null; has = xml.MoveToNextAttribute())
        {
            value = xml.LocalName == name ? xml.Value : null;
        }

        xml.MoveToElement();
        return value;
    }
}
