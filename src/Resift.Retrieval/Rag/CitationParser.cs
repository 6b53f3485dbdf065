using System.Globalization;
using System.Text.RegularExpressions;

namespace Resift.Retrieval;

/// <summary>
/// Finds citations in an answer: [1], [1, 2], [1][3], [1-3], also in the brackets 【】 that some models write. Code, the text of Markdown
/// links and numbers of more than three digits, such as years, are no citations.
/// </summary>
internal static partial class CitationParser
{
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

    private static IEnumerable<int> Numbers(string list, int count)
    {
        foreach (Match item in Item().Matches(list))
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

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    // Not behind a backslash or the exclamation mark of an image; not before the target of a link, or the colon of a link's definition.
    [GeneratedRegex(@"
        (?<![\\!])[\[【][ ]*
        (?<list>[0-9]{1,3}([ ]*[,;\-‐‑‒–—][ ]*[0-9]{1,3})*)
        [ ]*[\]】](?!\]?\()(?!:[ ]+\S+://)",
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Bracket();

    [GeneratedRegex(@"(?<first>[0-9]+)([ ]*[\-‐‑‒–—][ ]*(?<last>[0-9]+))?", RegexOptions.ExplicitCapture)]
    private static partial Regex Item();
}
