using System.Net;
using System.Text.RegularExpressions;
using Resift.Testing;

namespace Resift.Tests.Llm;

/// <summary>What an honest model sees in a prompt: it finds query and documents by the tags, and undoes the escaping.</summary>
internal sealed partial record PromptReader(string Query, IReadOnlyList<(string Id, string Text)> Documents)
{
    public static PromptReader Read(string prompt) => new(
        WebUtility.HtmlDecode(QueryText().Match(prompt).Groups[1].Value),
        [.. Document().Matches(prompt).Select(match => (match.Groups[1].Value, WebUtility.HtmlDecode(match.Groups[2].Value)))]);

    /// <summary>Answers every kind of question by how many of the query's words a document has.</summary>
    public static string AnswerHonestly(string prompt)
    {
        var read = Read(prompt);
        string[] words = [.. TestWords.Of(read.Query).Distinct()];
        int Overlap(string text) => words.Intersect(TestWords.Of(text)).Count();

        // The task is what stands after the last document, whatever the documents say.
        string task = prompt[prompt.LastIndexOf("</document>", StringComparison.Ordinal)..];
        var best = read.Documents.OrderByDescending(document => Overlap(document.Text));
        return task.Contains("Rank the ", StringComparison.Ordinal)
            ? $$"""{"ranking":[{{string.Join(',', best.Select(document => document.Id))}}]}"""
            : task.Contains("Grade the ", StringComparison.Ordinal)
                ? $$"""{"grade":{{Math.Min(3, Overlap(read.Documents[0].Text))}}}"""
                : $$"""{"better":"{{best.First().Id}}"}""";
    }

    public static TestChatClient HonestClient() => new(AnswerHonestly);

    [GeneratedRegex(@"<query>\n(.*?)\n</query>", RegexOptions.Singleline)]
    private static partial Regex QueryText();

    [GeneratedRegex("""<document id="(\w+)">\n(.*?)\n</document>""", RegexOptions.Singleline)]
    private static partial Regex Document();
}
