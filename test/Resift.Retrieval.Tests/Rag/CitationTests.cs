using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.AI;
using Resift.Testing;
using static Resift.Retrieval.Tests.RagSetup;

namespace Resift.Retrieval.Tests;

public sealed class CitationTests
{
    private const int PassageCount = 3;

    private static readonly string[] _pieces =
        ["[", "]", "1", "2", "77", ",", "-", " ", "`", "```", "~~~", "\n", "\\", "(", ")", "【", "】", "［", "x",
            "†", ":", "^", "Passage ", " and ", "３", "<think>", "</think>", "\r\n", "😀"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Two [1].", "1")]
    [InlineData("Two[1].", "1")]
    [InlineData("Two [1][3].", "1 3")]
    [InlineData("Two [1] [3].", "1 3")]
    [InlineData("Two [1, 2].", "1 2")]
    [InlineData("Two [1,2;3].", "1 2 3")]
    [InlineData("Two [ 1 ].", "1")]
    [InlineData("Two [1-3].", "1 2 3")]
    [InlineData("Two [1–2].", "1 2")]
    [InlineData("Two [3 - 1].", "1 2 3")]
    [InlineData("Two [1, 2-3].", "1 2 3")]
    [InlineData("Two 【1】.", "1")]
    [InlineData("Two 【1†source】 and 【2†L3-L9】.", "1 2")]
    [InlineData("Two 【3:0†source】.", "3")]
    [InlineData("Two 【1†a, 2:7†b】 [3†c].", "1 2 3")]
    [InlineData("Two [^1] [^2].", "1 2")]
    [InlineData("Two [^1, ^3].", "1 3")]
    [InlineData("Two [Passage 1] and [passage 2].", "1 2")]
    [InlineData("Two [Source: 1] [Passages 1 and 3] [Passage 1, Passage 2].", "1 1 3 1 2")]
    [InlineData("Two [1 and 3] [1 & 2] [1 und 2] [1 et 2].", "1 3 1 2 1 2 1 2")]
    [InlineData("Two [\uFF11] \uFF3B2\uFF3D.", "1 2")]
    [InlineData("Two [1、2] [1，3].", "1 2 1 3")]
    [InlineData("Two [1,2,\n3].", "1 2 3")]
    [InlineData("Two [1,\r\n  3].", "1 3")]
    [InlineData("Two [\u00A01,\u00A02\u00A0].", "1 2")]
    [InlineData("Two [1\u202F–\u202F3].", "1 2 3")]
    [InlineData("<think>hm [3] maybe</think>Two [1].", "1")]
    [InlineData("hm [3] maybe\n</think>\nTwo [1].", "1")]
    [InlineData("Two [[2]].", "2")]
    [InlineData("Two [1]. See [1]: it says so.", "1 1")]
    [InlineData("Two [1] (see there).", "1")]
    public async Task Citations_OfKnownNumbers_AreFound(string text, string expected)
    {
        var answer = await Answer(text);

        Assert.Equal(expected, Numbers(answer.Citations));
        Assert.Empty(answer.InvalidCitations);
        Assert.All(answer.Citations, citation => Assert.Equal(answer.Passages[citation.Number - 1], citation.Passage));
    }

    [Theory]
    [InlineData("Two [4].", "", "4")]
    [InlineData("Two [0].", "", "0")]
    [InlineData("Two [1, 9].", "1", "9")]
    [InlineData("Two [2-9].", "2 3", "9")]
    [InlineData("Two [0-2].", "1 2", "0")]
    [InlineData("Two [5-999].", "", "999")]
    [InlineData("Two [999].", "", "999")]
    public async Task Citations_OfUnknownNumbers_AreInvalid(string text, string valid, string invalid)
    {
        var answer = await Answer(text);

        Assert.Equal(valid, Numbers(answer.Citations));
        Assert.Equal(invalid, Numbers(answer.InvalidCitations));
    }

    [Theory]
    [InlineData("no brackets 1")]
    [InlineData("a year [2021]")]
    [InlineData("years [1990-1995]")]
    [InlineData("[99999999999999999999]")]
    [InlineData("[1.5] [a] [] [-] [,] [1,] [-1] [1")]
    [InlineData("a link [1](https://example.org)")]
    [InlineData("a link [[1]](https://example.org)")]
    [InlineData("an image ![1](picture.png)")]
    [InlineData("[1]: https://example.org")]
    [InlineData("[^1]: https://example.org")]
    [InlineData("a slice [1:3], a word [Passages], a link [Source 1](https://example.org)")]
    [InlineData("【†source】 [and 1] [1 und]")]
    [InlineData(@"escaped \[1\]")]
    [InlineData("code `items[1]`")]
    [InlineData("code ``items`[1]``")]
    [InlineData("code `over\nitems[1] lines`")]
    [InlineData("```cs\nitems[1]\n```")]
    [InlineData("```cs\nitems[1]")]
    [InlineData("~~~\nitems[1]\n```\nitems[2]\n~~~")]
    [InlineData("  ````\n```\nitems[1]\n````")]
    [InlineData("")]
    public async Task Citations_InWhatIsNone_AreNotFound(string text)
    {
        var answer = await Answer(text);

        Assert.Empty(answer.Citations);
        Assert.Empty(answer.InvalidCitations);
    }

    [Theory]
    [InlineData("```\nitems[1]\n```\nTwo [2].")]
    [InlineData("`items[1]` is two [2].")]
    [InlineData("a lone ` and two [2].")]
    [InlineData("a lone ` tick\n\nand two [2], and ` another.")]
    [InlineData("```one``` line, two [2].")]
    [InlineData("~~~\n[1]\n~~~~ \r\nTwo [2].")]
    public async Task Citations_BesideCode_AreFound(string text) => Assert.Equal("2", Numbers((await Answer(text)).Citations));

    [ReferenceTheory("review/cases/bugs/citations")]
    [MemberData(nameof(CollectedAnswers))]
    public async Task Citations_OfBugReports_AreReadAsTheyAreMeant(string text)
    {
        // Two of them have a second citation; in parentheses or escaped, a number is none.
        string expected = text switch
        {
            "Whales sing [1][3] and dive [2, 4]." => "1 3 2",
            "Whales sing (1)." or @"Whales sing \[1\]." => "",
            "Whales sing [1 and 3]." => "1 3",
            _ => text.Contains('2', StringComparison.Ordinal) ? "1 2" : "1",
        };
        Assert.Equal(expected, Numbers((await Answer(text)).Citations));
    }

    public static TheoryData<string> CollectedAnswers()
    {
        const string File = "review/cases/bugs/citations/answers.jsonl";
        return TestData.HasShared(File)
            ? [.. System.IO.File.ReadLines(TestData.Shared(File)).Select(line => JsonElement.Parse(line).GetString()!)]
            : [];
    }

    [Fact]
    public async Task Citations_Positions_AreThoseOfTheBrackets()
    {
        const string Text = "`x[1]` Two [1, 2].";

        var answer = await Answer(Text);

        Assert.All(answer.Citations, citation => Assert.Equal("[1, 2]", Text.Substring(citation.Start, citation.Length)));
        Assert.Equal(2, answer.Citations.Count);
    }

    [Fact]
    public void Citations_OfAnyText_ArePlacesInItAndNeverACrash() =>
        Gen.Int[0, _pieces.Length - 1].List[0, 40].Select(places => string.Concat(places.Select(place => _pieces[place]))).Sample(
                text =>
                {
                    var answer = Answer(text).GetAwaiter().GetResult();
                    foreach (var citation in answer.Citations.Concat(answer.InvalidCitations))
                    {
                        string bracket = answer.Text.Substring(citation.Start, citation.Length);
                        Assert.True(bracket[0] is '[' or '【' or '［' && bracket[^1] is ']' or '】' or '］', bracket);
                        Assert.Equal(citation.IsValid, citation.Number is >= 1 and <= PassageCount);
                    }
                },
                iter: 2000);

    [Fact]
    public async Task Citations_OfHostileText_TakeNoTimeWorthMentioning()
    {
        string ticks = string.Concat(Enumerable.Range(1, 600).Select(length => new string('`', length) + " "));
        string text = $"{new string('[', 50_000)}{string.Concat(Enumerable.Repeat("[1,", 50_000))}{ticks}{ticks} [1]" +
            $"[1{string.Concat(Enumerable.Repeat("†a    ,   1", 20_000))} [{new string(' ', 50_000)} [1{new string('†', 50_000)}" +
            string.Concat(Enumerable.Repeat("[Passage   :  1   and   ", 20_000));

        Assert.NotNull(await Answer(text).WaitAsync(TimeSpan.FromSeconds(20), Token));
    }

    private static string Numbers(IEnumerable<RagCitation> citations) => string.Join(' ', citations.Select(citation => citation.Number));

    private static Task<RagAnswer> Answer(string text) =>
        new RagPipeline(
            Search(Enumerable.Range(1, PassageCount).Select(number => new SearchDocument($"{number}", $"text {number}")).ToArray()),
            new ScriptedChatClient(new ChatResponse(new ChatMessage(ChatRole.Assistant, text))))
            .AskAsync(Question, cancellationToken: Token);
}
