using System.Text;
using System.Text.RegularExpressions;

namespace Resift.Retrieval;

/// <summary>
/// Finds citations in an answer: [1], [1, 2], [1 and 3], [1][3], [1-3], [^1], [Passage 1], also with the brackets 【】 and ［］ and the source
/// marks (【1†source】) that some models write. Code, the text of Markdown links and numbers of more than three digits, such as years, are
/// no citations.
/// </summary>
internal static partial class CitationParser
{
    private const string Reference = @"(?>\^?((passages?|sources?|documents?|docs?|references?|refs?)\s{0,2}[:\#.]?\s{0,2})?" +
        @"[0-9０-９]{1,3}((:[0-9]{1,3})?†[^\]】］,;、，；]{0,80})?)";

    private const string Separator = @"(?>\s{0,4}[,;、，；&\-‐‑‒–—]\s{0,4}|\s{1,4}(and|or|und|oder|et|ou|y|e|和|と)\s{1,4})";

    public static IReadOnlyList<RagCitation> Parse(string text, IReadOnlyList<RagPassage> passages)
    {
        var byNumber = passages.ToDictionary(passage => passage.Number);
        List<RagCitation> citations = [];
        string prose = MarkdownCode.Blank(text);
        foreach (Match bracket in Bracket().Matches(prose))
        {
            foreach (int number in Numbers(bracket.Groups["list"].Value, passages.Count))
            {
                citations.Add(new(number, byNumber.GetValueOrDefault(number), bracket.Index, bracket.Length));
            }
        }

        return citations;
    }

    /// <summary>Gets a text without its citations, and without the space before each.</summary>
    public static string Remove(string text)
    {
        var rest = new StringBuilder();
        int done = 0;
        foreach (Match bracket in Bracket().Matches(MarkdownCode.Blank(text)))
        {
            rest.Append(text.AsSpan(done, bracket.Index - done).TrimEnd(' '));
            done = bracket.Index + bracket.Length;
        }

        return rest.Append(text, done, text.Length - done).ToString();
    }

    private static IEnumerable<int> Numbers(string list, int count)
    {
        foreach (Match item in Item().Matches(Mark().Replace(list, "")))
        {
            int first = Number(item.Groups["first"].Value);
            int last = item.Groups["last"] is { Success: true } group ? Number(group.Value) : first;
            int from = Math.Min(first, last);
            int to = Math.Max(first, last);

            // What lies beyond the passages is reported once, by its end, and not number by number.
            for (int number = from; number <= Math.Min(to, count); number++)
            {
                yield return number;
            }

            if (to > count)
            {
                yield return to;
            }
        }
    }

    private static int Number(string digits) =>
        digits.Aggregate(0, (number, digit) => (number * 10) + (digit >= '０' ? digit - '０' : digit - '0'));

    // Not behind a backslash or the exclamation mark of an image; not before the target of a link, or the colon of a link's definition.
    // White space is bounded and groups are atomic, so that no text makes the search for the end of a bracket long.
    [GeneratedRegex($@"
        (?<![\\!])[\[【［]\s{{0,4}}
        (?<list>{Reference}({Separator}{Reference})*)
        \s{{0,4}}[\]】］](?!\]?\()(?!:[ ]+\S+://)",
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Bracket();

    [GeneratedRegex(@"(?<first>[0-9０-９]+)(\s*[\-‐‑‒–—]\s*(?<last>[0-9０-９]+))?", RegexOptions.ExplicitCapture)]
    private static partial Regex Item();

    // What stands behind a number from the place in a source on: of 1:0†source or 2†L3-L9 the number is 1 or 2.
    [GeneratedRegex(@"(?<=[0-9０-９])[:†][^,;、，；]*")]
    private static partial Regex Mark();
}
