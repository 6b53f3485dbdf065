using Resift.Testing;

namespace Resift.Tests.Llm;

public sealed class PointwiseLlmRerankerTests
{
    // No grade, or two numbers, or not in digits.
    private static readonly string[] _collectedUnread =
    [
        """{"grade":"2 - highly relevant"}""", "2/3", "Relevance: 2 out of 3", """{"grade":4}""", """{"grade":-1}""", "two",
        """{"grade":{"value":2}}""", "２",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"grade":2}""", 2)]
    [InlineData("""{"grade":"2"}""", 2)]
    [InlineData("""{"grade":2.0}""", 2)]
    [InlineData("```json\n{\"grade\": 3.0}\n```", 3)]
    [InlineData("```json\n{\"grade\": 3}\n```", 3)]
    [InlineData("Here you go: {\"grade\": 0} - anything else?", 0)]
    [InlineData("{\"grade\": 2", 2)]
    [InlineData("2", 2)]
    [InlineData("**Grade: 1**", 1)]
    [InlineData("<think>3? no</think>1", 1)]
    public async Task RerankAsync_AnswersOfManyForms_TheGrade(string text, double grade)
    {
        using var reranker = new PointwiseLlmReranker(new TestChatClient(_ => text));
        var response = await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
        Assert.Equal(new(0, grade), Assert.Single(response.Results));
        Assert.Equal(ScoreScale.Unspecified, response.ScoreScale);
        Assert.False(response.IsDegraded);
    }

    [ReferenceTheory("review/cases/bugs/llm-answers")]
    [MemberData(nameof(CollectedAnswers))]
    public async Task RerankAsync_AnswersOfBugReports_AreReadAsTheyAreMeant(string text)
    {
        using var reranker = new PointwiseLlmReranker(new TestChatClient(_ => text));
        var response = await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);

        bool isUnread = _collectedUnread.Contains(text);
        Assert.Equal((isUnread ? 0 : 2, isUnread), (response.Results[0].Score, response.IsDegraded));
    }

    public static TheoryData<string> CollectedAnswers() => [.. AnswerFile.Read("pointwise")];

    [Theory]
    [InlineData("")]
    [InlineData("I cannot say.")]
    [InlineData("4")]
    [InlineData("-1")]
    [InlineData("2.5")]
    [InlineData("2/3")]
    [InlineData("""{"grade":7}""")]
    [InlineData("""{"grade":2.5}""")]
    [InlineData("""{"grade":null}""")]
    [InlineData("""{"grade":{"value":2,"of":3}}""")]
    [InlineData("""{"grade":99999999999999999999}""")]
    public async Task RerankAsync_MalformedAnswer_KeepsItsPlaceBehindTheOneBefore(string text)
    {
        var client = new TestChatClient(prompt => prompt.Contains("bad", StringComparison.Ordinal) ? text
            : prompt.Contains("good", StringComparison.Ordinal) ? "3" : "1");
        using var reranker = new PointwiseLlmReranker(client);
        var response = await reranker.RerankAsync("q", ["fair", "bad", "good", "fair"], cancellationToken: Cancellation);
        Assert.Equal([2, 0, 1, 3], response.Results.Select(result => result.Index));
        Assert.Contains("1 of 4 documents", response.DegradedReason, StringComparison.Ordinal);
        var report = response.LlmReport!;
        Assert.Equal([1], Unscored(response));
        Assert.Equal((1, 1), (report.MalformedAnswers, report.Retries));
    }

    [Fact]
    public async Task RerankAsync_MalformedAtTheFront_StaysBeforeTheFirstWithAGrade()
    {
        var client = new TestChatClient(prompt => prompt.Contains("bad", StringComparison.Ordinal) ? "?" : "2");
        using var reranker = new PointwiseLlmReranker(client);
        var response = await reranker.RerankAsync("q", ["bad", "bad", "fair"], cancellationToken: Cancellation);
        Assert.Equal([0, 1, 2], response.Results.Select(result => result.Index));
        Assert.Equal([0, 1], Unscored(response));
    }

    [Fact]
    public async Task RerankAsync_NoAnswerReadable_FirstStageOrderDegraded()
    {
        using var reranker = new PointwiseLlmReranker(new TestChatClient(_ => ""));
        var response = await reranker.RerankAsync("q", ["a", "b", "c"], cancellationToken: Cancellation);
        Assert.Equal([0, 1, 2], response.Results.Select(result => result.Index));
        Assert.Contains("3 of 3 documents", response.DegradedReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_EqualDocuments_AskedOnce()
    {
        var client = PromptReader.HonestClient();
        using var reranker = new PointwiseLlmReranker(client);
        var response = await reranker.RerankAsync("cats", ["dogs", "cats", "dogs", "cats"], cancellationToken: Cancellation);
        Assert.Equal(2, client.Received.Count);
        Assert.Equal([1, 3, 0, 2], response.Results.Select(result => result.Index));
    }

    [Fact]
    public async Task RerankAsync_Concurrency_NeverAboveItsLimit()
    {
        int running = 0;
        int most = 0;
        var together = new TaskCompletionSource();
        var client = new TestChatClient(async (_, _, token) =>
        {
            int now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            if (now == 3)
            {
                together.TrySetResult();
            }

            await together.Task.WaitAsync(token);
            Interlocked.Decrement(ref running);
            return TestChatClient.Answer("1");
        });
        using var reranker = new PointwiseLlmReranker(client, new() { MaxConcurrency = 3 });
        await reranker.RerankAsync("q", [.. Enumerable.Range(0, 50).Select(i => $"doc {i}")], cancellationToken: Cancellation);
        Assert.Equal(3, most);
    }

    [Fact]
    public async Task RerankAsync_LogProbabilities_ExpectedGrade()
    {
        // P(3) = 0.6, P(2) = 0.2 in two spellings, P(0) = 0.1, and 0.1 for what is no grade: (3·0.6 + 2·0.2) / 0.9.
        AnswerToken[] tokens =
        [
            new("{\"", [new("{\"", 0)]),
            new("3", [Probable("3", 0.6), Probable("2", 0.15), Probable(" 2", 0.05), Probable("0", 0.1), Probable("x", 0.1)]),
            new("}", [new("0", 0)]),
        ];
        using var reranker = new PointwiseLlmReranker(
            new TestChatClient(_ => """{"grade":3}"""),
            new() { ReadLogProbabilities = _ => tokens });
        var response = await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
        Assert.Equal(2.2 / 0.9, response.Results[0].Score, 1e-12);
        Assert.Equal(1, response.LlmReport!.GradesFromLogProbabilities);
    }

    [Fact]
    public async Task RerankAsync_UselessLogProbabilities_TheGradeItself()
    {
        IReadOnlyList<AnswerToken>?[] useless =
        [
            null,
            [],
            [new("grade", [new("3", 0)])],
            [new("2", [])],
            [new("2", [new("2", double.NaN), new("3", 0.5), new("1", double.NegativeInfinity)])],
        ];
        foreach (var tokens in useless)
        {
            using var reranker = new PointwiseLlmReranker(new TestChatClient(_ => "2"), new() { ReadLogProbabilities = _ => tokens });
            var response = await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
            Assert.Equal(2, response.Results[0].Score);
            Assert.Equal(0, response.LlmReport!.GradesFromLogProbabilities);
        }
    }

    private static TokenLogProbability Probable(string token, double probability) => new(token, Math.Log(probability));

    private static void InterlockedMax(ref int most, int value)
    {
        for (int seen = most; value > seen; seen = most)
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private static IEnumerable<int> Unscored(RerankResponse response) =>
        response.Results.Where(result => result.IsUnscored).Select(result => result.Index).Order();
}
