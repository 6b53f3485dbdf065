using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>Takes the text that readers see out of HTML, with headings, lists and code written as in Markdown, and its outline.</summary>
/// <remarks>The outline is of the HTML: what only looks like Markdown, such as a comment of a shell script, opens no section.</remarks>
internal static class HtmlText
{
    private static readonly HashSet<string> _unseen =
        ["SCRIPT", "STYLE", "NAV", "NOSCRIPT", "TEMPLATE", "SVG", "IFRAME", "OBJECT", "SELECT", "BUTTON", "HEAD"];

    private static readonly HashSet<string> _paragraphs =
    [
        "P", "DIV", "SECTION", "ARTICLE", "MAIN", "ASIDE", "HEADER", "FOOTER", "UL", "OL", "DL", "TABLE", "BLOCKQUOTE", "FIGURE", "HR",
        "FORM", "H1", "H2", "H3", "H4", "H5", "H6", "PRE", "ADDRESS", "DETAILS", "FIELDSET",
    ];

    private static readonly HashSet<string> _lines = ["LI", "TR", "DT", "DD", "BR", "CAPTION", "FIGCAPTION", "SUMMARY", "OPTION"];

    /// <summary>Reads HTML.</summary>
    /// <exception cref="InvalidDataException">Elements are nested too deep.</exception>
    /// <returns>
    /// The text of the body, and its outline; its title is that of the page, or else the first heading of the first level.
    /// </returns>
    public static (string Text, DocumentOutline Outline) Read(string html)
    {
        var limit = new NestingLimit();
        using var document = new HtmlParser(new() { OnCreated = (element, _) => limit.See(element) }).ParseDocument(html);
        string title = OneLine(document.Title);
        if (title.Length == 0)
        {
            title = OneLine(document.QuerySelector("h1")?.TextContent);
        }

        var text = new HtmlTextWriter();
        if (document.Body is { } body)
        {
            Write(body, text);
        }

        return (text.ToString(), text.ToOutline(title.Length == 0 ? null : title));
    }

    // A loop with a stack of its own, because asking a node for its next sibling looks for it among all of them.
    private static void Write(IElement body, HtmlTextWriter text)
    {
        if (!IsSeen(body))
        {
            return;
        }

        var open = new Stack<(IElement Element, int Next, bool HasElement)>();
        Enter(body, isFirst: true, text);
        open.Push((body, 0, false));
        while (open.TryPop(out var frame))
        {
            var (element, next, hasElement) = frame;
            if (next == element.ChildNodes.Length)
            {
                Leave(element, text);
                continue;
            }

            var child = element.ChildNodes[next];
            open.Push((element, next + 1, hasElement || child is IElement));
            if (child is IText words)
            {
                text.Write(words.Data);
            }
            else if (child is IElement inner && IsSeen(inner))
            {
                Enter(inner, isFirst: !hasElement, text);
                open.Push((inner, 0, false));
            }
        }
    }

    private static bool IsSeen(IElement element) =>
        !_unseen.Contains(element.TagName.ToUpperInvariant()) && !element.HasAttribute("hidden");

    private static void Enter(IElement element, bool isFirst, HtmlTextWriter text)
    {
        Break(element, text);
        switch (element.TagName)
        {
            case ['H', >= '1' and <= '6' and var level]:
                text.BeginHeading(level - '0');
                break;
            case "PRE":
                text.BeginCode();
                break;
            case "LI":
                text.Mark("- ");
                break;
            case "TD" or "TH" when !isFirst:
                text.Mark(" | ");
                break;
        }
    }

    private static void Leave(IElement element, HtmlTextWriter text)
    {
        switch (element.TagName)
        {
            case ['H', >= '1' and <= '6']:
                text.EndHeading();
                break;
            case "PRE":
                text.EndCode();
                break;
        }

        Break(element, text);
    }

    private static void Break(IElement element, HtmlTextWriter text)
    {
        if (_paragraphs.Contains(element.TagName))
        {
            text.Break(2);
        }
        else if (_lines.Contains(element.TagName))
        {
            text.Break(1);
        }
    }

    private static string OneLine(string? text) =>
        string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Stops a parser whose time grows with the square of the depth, which it forgets at 512 as browsers do.</summary>
    private sealed class NestingLimit
    {
        private const int Deepest = 500;

        // Counting the elements around one takes its time as well.
        private const int CountedEvery = 64;

        private IElement? _last;
        private int _created;

        // An element is in the document only when the next one comes.
        public void See(IElement element)
        {
            if (++_created % CountedEvery == 0 && _last!.GetAncestors().Skip(Deepest).Any())
            {
                throw new InvalidDataException($"there are more than {Deepest} HTML elements within one another.");
            }

            _last = element;
        }
    }
}
