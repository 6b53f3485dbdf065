using System.Buffers;
using System.Text.RegularExpressions;

namespace Resift.Retrieval;

/// <summary>What mkdocs, DocFX, VitePress and the like write into Markdown beside CommonMark, and HTML.</summary>
internal static partial class MarkdownMarks
{
    private static readonly SearchValues<char> _noName = SearchValues.Create(" \t\r\n/!?=");

    private static readonly HashSet<string> _elements = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "abbr", "article", "aside", "audio", "b", "big", "blockquote", "br", "button", "center", "cite", "code", "dd", "del",
        "details", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hr", "i", "iframe", "img", "input", "ins", "kbd", "label", "li", "main", "mark", "nav", "ol", "p", "picture",
        "pre", "q", "s", "samp", "section", "small", "source", "span", "strong", "style", "sub", "summary", "sup", "svg", "table",
        "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var", "video",
    };

    /// <summary>Gets the patterns for lines of text, which is not code.</summary>
    public static Regex[] OfText { get; } =
    [
        Snippet(), Admonition(), Block(), Container(), Alert(), Extension(), TableRule(), AttributesAtEnd(), AttributesOfLink(),
    ];

    /// <summary>
    /// Determines whether what reads as a tag is rather a word in angle brackets, such as the argument of a generic type.
    /// </summary>
    public static bool IsPlaceholder(string tag) =>
        tag is ['<', .. var name, '>'] && !name.AsSpan().ContainsAny(_noName) && !_elements.Contains(name);

    /// <summary>Gets a heading without the braces at its end that name its anchor.</summary>
    public static string WithoutAttributes(string heading) => MarkupPatterns.Without(heading.Trim(), AttributesAtEnd());

    // Comments, scripts and styles as a whole, and tags. A comment that is not closed goes on to the end.
    [GeneratedRegex(@"<!--(?:[\s\S]*?-->|[\s\S]*)|<(?:script|style)\b(?:[\s\S]*?</(?:script|style)\s*>|[\s\S]*)|<[!?/]?[A-Za-z][^<>]*>",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    public static partial Regex Html();

    // Files that others are put into by name: --8<-- "a.md" of mkdocs, {* a.py ln[1:5] *} and {!> a.py !} of FastAPI's pages.
    [GeneratedRegex(@"^[ \t>]*(?:;?-+8<-+.*|\{\*.*\*\}|\{!.*!\})[ \t]*$")]
    public static partial Regex Snippet();

    // !!! note "Title" of mkdocs, and ??? for one that is folded.
    [GeneratedRegex(@"^[ \t>]*(?:!!!|\?\?\?\+?)[ \t]+[\w \t|-]*(?:""(?<keep>[^""]*)"")?[ \t]*$")]
    private static partial Regex Admonition();

    // /// note | Title, and /// at its end, of mkdocs.
    [GeneratedRegex(@"^[ \t>]*/{3,}(?:[ \t]*[\w-]+[ \t]*(?:\|[ \t]*(?<keep>.*))?)?$")]
    private static partial Regex Block();

    // ::: tip Title, and ::: at its end, of VitePress and Docusaurus; with settings behind it, of DocFX.
    [GeneratedRegex("""^[ \t>]*:{3,}[ \t]*(?:[\w{}-]+(?:\[(?<keep>[^\]]*)\]|[ \t]+(?<keep>[^="]+)|[ \t].*)?)?$""")]
    private static partial Regex Container();

    // > [!NOTE] of DocFX and GitHub.
    [GeneratedRegex(@"^[ \t>]*\[!\w+\][+-]?")]
    private static partial Regex Alert();

    // [!code-csharp[Title](a.cs)], [!INCLUDE [name](a.md)] of DocFX.
    [GeneratedRegex(@"\[!(?:code|include|video|div|notebook|image)[\w-]*[ \t]*(?:\[[^\]]*\](?:\([^)]*\))?|[^\[\]]*)[ \t]*\]?",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Extension();

    // |---|:-:|
    [GeneratedRegex(@"^[ \t>]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?)?[ \t]*$")]
    private static partial Regex TableRule();

    // { #anchor } and {: .class } at the end of a line, {width=300} behind a link.
    [GeneratedRegex(@"[ \t]*\{:?[ \t]*[#.][^{}]*\}[ \t]*$")]
    private static partial Regex AttributesAtEnd();

    [GeneratedRegex(@"(?<=\))\{[^{}]*\}")]
    private static partial Regex AttributesOfLink();
}
