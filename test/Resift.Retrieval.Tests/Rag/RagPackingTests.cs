using static Resift.Retrieval.Tests.RagSetup;

namespace Resift.Retrieval.Tests;

public sealed class RagPackingTests
{
    // One token a character, so that a test can be read.
    private static readonly RagOptions _letters = new() { CountTokens = text => text.Length, MaxContextTokens = 10 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BuildAsync_OnePassageTooLong_LeavesItOutAndTakesTheNext()
    {
        var prompt = await Prompt(_letters, new("a", "aaaa"), new("b", "bbbbbbb"), new("c", "cccccc"), new("d", "d"));

        Assert.Equal(["a", "c"], prompt.Passages.Select(passage => passage.Id));
        Assert.Equal([1, 2], prompt.Passages.Select(passage => passage.Number));
        Assert.Equal(["b", "d"], prompt.LeftOut.Select(passage => passage.Id));
        Assert.All(prompt.LeftOut, passage => Assert.Equal(0, passage.Number));
        Assert.Equal(10, prompt.ContextTokens);
        Assert.False(prompt.TokensAreEstimated);
    }

    [Fact]
    public async Task BuildAsync_Title_CountsToo()
    {
        var prompt = await Prompt(_letters, Titled("a", "12345", "678901"), Titled("b", "12345", "67890"));

        Assert.Equal("b", Assert.Single(prompt.Passages).Id);
        Assert.Equal(10, prompt.ContextTokens);
    }

    [Theory]
    [InlineData("abcdefgh", 2)]
    [InlineData("abcdefghi", 3)]
    [InlineData("жжжж", 2)]
    [InlineData("", 0)]
    public async Task BuildAsync_NoCounter_EstimatesByBytesAndSaysSo(string text, int expected)
    {
        var prompt = await Prompt(new(), new SearchDocument("a", text));

        Assert.Equal(expected, prompt.ContextTokens);
        Assert.True(prompt.TokensAreEstimated);
    }

    [Fact]
    public async Task AskAsync_NothingFits_SaysWhyTheModelIsNotAsked()
    {
        var client = new ScriptedChatClient("never");

        var answer = await new RagPipeline(Search(new SearchDocument("a", "aaaaaaaaaaa")), client, _letters)
            .AskAsync(Question, cancellationToken: Token);

        Assert.Empty(client.Asked);
        Assert.Contains("budget of 10", answer.Text, StringComparison.Ordinal);
        Assert.Equal("a", Assert.Single(answer.LeftOut).Id);
    }

    [Fact]
    public async Task BuildAsync_BestAtBothEnds_OrdersThePromptAndKeepsNumbers()
    {
        List<int> order = [];
        var options = new RagOptions
        {
            BestAtBothEnds = true,
            Template = (question, passages) =>
            {
                order = [.. passages.Select(passage => passage.Number)];
                return RagTemplates.Cited(question, passages);
            },
        };

        var prompt = await Prompt(options, new("a", "a"), new("b", "b"), new("c", "c"), new("d", "d"));

        Assert.Equal([1, 3, 4, 2], order);
        Assert.Equal(["a", "b", "c", "d"], prompt.Passages.Select(passage => passage.Id));
    }

    [Fact]
    public async Task BuildAsync_SeveralPassagesOfADocument_GivesEachByItsOwnRank()
    {
        var search = Search(
            Rerankers.Scoring(ScoreScale.Probability, ("a0", 0.9), ("b0", 0.8), ("a1", 0.7), ("c0", 0.6)),
            Passages(("a", 1), ("c", 0), ("b", 0), ("a", 0)));

        var prompt = await RagPrompt.BuildAsync(search, Question, new() { Search = new() { TopN = 3 } }, Token);

        Assert.Equal(["a0", "b0", "a1"], prompt.Passages.Select(passage => passage.Id));
        Assert.Equal(["a", "b", "a"], prompt.Passages.Select(passage => passage.DocumentId));
    }

    [Fact]
    public async Task BuildAsync_OrderMixedWithTheFirstStage_GivesPassagesInThatOrder()
    {
        var search = Search(
            Rerankers.Scoring(ScoreScale.Probability, ("a0", 0.7), ("b0", 0.9), ("a1", 0.8)),
            Passages(("a", 0), ("a", 1), ("b", 0)));

        var prompt = await RagPrompt.BuildAsync(search, Question, new() { Search = new() { FirstStageWeight = 1 } }, Token);

        Assert.Equal(["a0", "a1", "b0"], prompt.Passages.Select(passage => passage.Id));
    }

    [Theory]
    [InlineData("Guide", "Guide > Linux", "Guide > Linux")]
    [InlineData("Guide", "Linux", "Guide > Linux")]
    [InlineData("Guide", "", "Guide")]
    [InlineData("", "Linux", "Linux")]
    [InlineData("", " ", null)]
    public void Title_OfTitleAndHeading_NamesBothOnce(string title, string heading, string? expected)
    {
        var document = new SearchDocument("a", "a")
        {
            Metadata = new Dictionary<string, string> { [SearchDocument.TitleKey] = title, [PassageExtensions.HeadingKey] = heading },
        };

        Assert.Equal(expected, new RagPassage(1, new(document, 1)).Title);
    }

    private static SearchDocument[] Passages(params (string Document, int Number)[] passages) =>
        [.. passages.Select(passage => ScriptedRetriever.Passage(passage.Document, passage.Number, 1).Document)];

    private static Task<RagPrompt> Prompt(RagOptions options, params SearchDocument[] documents) =>
        RagPrompt.BuildAsync(Search(documents), Question, options, Token);
}
