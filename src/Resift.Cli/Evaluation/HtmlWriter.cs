using System.Globalization;
using System.Text;

namespace Resift.Cli;

/// <summary>Writes HTML and SVG. Whatever text and attributes hold comes out as text: no markup, no control characters.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _html = new();

    /// <summary>Writes the beginning of an element, whose end is written when the result is disposed.</summary>
    public Scope Open(string tag, params ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        Start(tag, attributes);
        return new(this, tag);
    }

    /// <summary>Writes an element that has no end.</summary>
    public void Void(string tag, params ReadOnlySpan<(string Name, object? Value)> attributes) => Start(tag, attributes);

    /// <summary>Writes an element with a text in it.</summary>
    public void Element(string tag, string text, params ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        Start(tag, attributes);
        Text(text);
        End(tag);
    }

    /// <summary>Writes a text.</summary>
    public void Text(string text) => _html.Append(Escape(text));

    /// <summary>Writes what is markup already, and ours.</summary>
    public void Markup(string markup) => _html.Append(markup);

    public override string ToString() => _html.ToString();

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char character in Printable.Text(text))
        {
            escaped.Append(character switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                _ => null,
            });
            if (character is not ('&' or '<' or '>' or '"' or '\''))
            {
                escaped.Append(character);
            }
        }

        return escaped.ToString();
    }

    private void Start(string tag, ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        _html.Append('<').Append(tag);
        foreach (var (name, value) in attributes)
        {
            string? text = value switch
            {
                null => null,
                double number => number.ToString("0.##", CultureInfo.InvariantCulture),
                _ => Convert.ToString(value, CultureInfo.InvariantCulture),
            };
            if (text is not null)
            {
                _html.Append(' ').Append(name).Append("=\"").Append(Escape(text)).Append('"');
            }
        }

        _html.Append('>');
    }

    private void End(string tag)
    {
        _html.Append("</").Append(tag).Append('>');
        if (tag is "p" or "li" or "tr" or "table" or "section" or "figure" or "ul" or "h1" or "h2" or "h3" or "svg" or "g")
        {
            _html.Append('\n');
        }
    }

    /// <summary>An element that is open.</summary>
    public readonly struct Scope(HtmlWriter writer, string tag) : IDisposable
    {
        public void Dispose() => writer.End(tag);
    }
}
