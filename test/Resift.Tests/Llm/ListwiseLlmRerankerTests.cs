using Microsoft.Extensions.AI;
using Resift.Testing;

namespace Resift.Tests.Llm;

public sealed class ListwiseLlmRerankerTests
{
    // Other orders, and answers from which none is read, since their numbers may as well be places or scores.
    private static readonly (string Begin, string Order)[] _collectedOtherwise =
    [
        ("[11] > [3] > [2] > [1]", "2,1,0,3"),
        ("""{"ranking":[2,0,1,3]}""", "1,0,2,3"),
        ("1. [3]", "0,1,2,3"),
        ("1. Document 3", "0,1,2,3"),
        ("""{"3":0.9""", "0,1,2,3"),
        ("Doc: 3, Relevance: 9", "0,1,2,3"),
        ("３，１", "0,1,2,3"),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"ranking":[3,1,2]}""", "2,0,1", 0, 0, 0)]
    [InlineData("""Sure! Here it is: {"ranking": [3, 1, 2]} Ask me anything {else}""", "2,0,1", 0, 0, 0)]
    [InlineData("```json\n{\"ranking\":[3,1,2]}\n```", "2,0,1", 0, 0, 0)]
    [InlineData("[3,1,2]", "2,0,1", 0, 0, 0)]
    [InlineData("""{"Reihenfolge":["3","[1]"," 2 "]}""", "2,0,1", 0, 0, 0)]
    [InlineData("""{"ranking":[{"id":3,"why":"exact"},{"id":"1"},{"index":2}]}""", "2,0,1", 0, 0, 0)]
    [InlineData("[3] > [1] > [2]", "2,0,1", 0, 0, 0)]
    [InlineData("3 > 1 > 2", "2,0,1", 0, 0, 0)]
    [InlineData("[3]\n[1]\n[2]", "2,0,1", 0, 0, 0)]
    [InlineData("Das relevanteste ist [3] > [1] > [2].", "2,0,1", 0, 0, 0)]
    [InlineData("<think>[1] > [2] > [3]? No.</think>[3] > [1] > [2]", "2,0,1", 0, 0, 0)]
    [InlineData("maybe [1] > [2] > [3]\n</think>\n\n[3] > [1] > [2]", "2,0,1", 0, 0, 0)]
    [InlineData("[{\"id\":3,\"score\":0.9},{\"id\":1},{\"id\":2}]", "2,0,1", 0, 0, 0)]
    [InlineData("```json\n[{\"id\":3,\"score\":0.9},{\"id\":1},{\"id\":2}]\n```", "2,0,1", 0, 0, 0)]
    [InlineData("Here it is (of [1, 2]):\n[{\"document_id\":3},{\"document_id\":1},{\"document_id\":2}] Good luck!", "2,0,1", 0, 0, 0)]
    [InlineData("""Perhaps {"ranking":[1,2,3]}? No: {"ranking":[3,1,2]}""", "2,0,1", 0, 0, 0)]
    [InlineData("""{"ranking":[3.0,1.0,2.0]}""", "2,0,1", 0, 0, 0)]
    [InlineData("```\n[3.0, 1.0, 2.0]\n```", "2,0,1", 0, 0, 0)]
    [InlineData("""{"ranking":["doc_3","document 1","#2"]}""", "2,0,1", 0, 0, 0)]
    [InlineData("3\n1\n2", "2,0,1", 0, 0, 0)]
    [InlineData("3、1、2", "2,0,1", 0, 0, 0)]
    [InlineData("""{"ranking":[[3,1,2]]}""", "2,0,1", 0, 0, 0)]
    [InlineData("""{"ranking":{"ranking":[3,1,2]}}""", "2,0,1", 0, 0, 0)]
    [InlineData("An example is [1, 2]. The order: [3] > [1] > [2].", "2,0,1", 0, 0, 0)]
    [InlineData("Of 1,000 documents: 3, 1, 2", "2,0,1", 0, 0, 0)]
    [InlineData("""{"ranking":[3]}""", "2,0,1", 2, 0, 0)]
    [InlineData("""{"ranking":[3,3,1,3,2]}""", "2,0,1", 0, 2, 0)]
    [InlineData("""{"ranking":[0,3,99,-1,99999999999,1.5,null,true,1,2]}""", "2,0,1", 0, 0, 7)]
    [InlineData("""{"ranking":[3,7,3]}""", "2,0,1", 2, 1, 1)]
    [InlineData("[3] > [9] > [1] > [1]", "2,0,1", 1, 1, 1)]
    public async Task RerankAsync_AnswersOfManyForms_ReadAndRepaired(string text, string order, int missing, int repeated, int unknown)
    {
        var client = new TestChatClient(_ => text);
        using var reranker = new ListwiseLlmReranker(client);
        var response = await reranker.RerankAsync("q", ["a", "b", "c"], cancellationToken: Cancellation);

        Assert.Equal(order, string.Join(',', response.Results.Select(result => result.Index)));
        Assert.Equal([1, 1.0 / 2, 1.0 / 3], response.Results.Select(result => result.Score));
        Assert.False(response.IsDegraded);
        var report = response.LlmReport!;
        Assert.Equal((missing, repeated, unknown), (report.MissingIds, report.RepeatedIds, report.UnknownIds));
        Assert.Equal(missing + repeated + unknown > 0 ? 1 : 0, report.RepairedAnswers);
        Assert.Single(client.Received);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("I'm sorry, but I cannot help with that.")]
    [InlineData("Es tut mir leid, ich kann 1,000 Dokumente nicht ordnen.")]
    [InlineData("""{"ranking":[]}""")]
    [InlineData("""{"ranking":"none"}""")]
    [InlineData("""{"ranking":[7,8,9]}""")]
    [InlineData("""{"ranking":["\ud800"]}""")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("The scores are 0.3, 0.1, 0.2.")]
    [InlineData("See GPT3, A1, B2.")]
    [InlineData("<think>[3] > [1] > [2] seems")]
    [InlineData("\uD83D {\"ranking\": \uDE00")]
    public async Task RerankAsync_NothingToReadInAnyAnswer_FirstStageOrderDegraded(string text)
    {
        var client = new TestChatClient(_ => text);
        using var reranker = new ListwiseLlmReranker(client);
        var response = await reranker.RerankAsync("q", ["a", "b", "c"], cancellationToken: Cancellation);

        Assert.Equal([0, 1, 2], response.Results.Select(result => result.Index));
        Assert.Contains("0 refused, 1 malformed", response.DegradedReason, StringComparison.Ordinal);
        var report = response.LlmReport!;
        Assert.Equal((2, 1, 1), (report.Calls, report.Retries, report.MalformedAnswers));
        Assert.Equal(2, client.Received.Count);
    }

    [ReferenceTheory("review/cases/bugs/llm-answers")]
    [MemberData(nameof(CollectedAnswers))]
    public async Task RerankAsync_AnswersOfBugReports_AreReadAsTheyAreMeant(string text)
    {
        using var reranker = new ListwiseLlmReranker(new TestChatClient(_ => text));
        var response = await reranker.RerankAsync("q", ["a", "b", "c", "d"], cancellationToken: Cancellation);

        string expected = _collectedOtherwise.FirstOrDefault(other => text.StartsWith(other.Begin, StringComparison.Ordinal)).Order
            ?? "2,0,1,3";
        Assert.Equal(expected, string.Join(',', response.Results.Select(result => result.Index)));
        Assert.Equal(expected == "0,1,2,3", response.IsDegraded);
    }

    public static TheoryData<string> CollectedAnswers() => [.. AnswerFile.Read("listwise")];

    [Fact]
    public async Task RerankAsync_HugeAnswer_EndsSoon()
    {
        string[] repeated = ["[1,", "{\"a\": ", "[\"", "x</think>"];
        string[] huge =
        [
            new('{', 1_000_000), new('7', 1_000_000),
            .. repeated.Select(piece => string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length))),
        ];
        foreach (string text in huge)
        {
            using var reranker = new ListwiseLlmReranker(new TestChatClient(_ => text));
            var response = await reranker.RerankAsync("q", ["a", "b", "c"], cancellationToken: Cancellation);
            Assert.Equal([0, 1, 2], response.Results.Select(result => result.Index));
            Assert.True(response.IsDegraded);
        }
    }

    [Fact]
    public async Task RerankAsync_AnswerCutOffAtTheTokenLimit_LastNumberNotTrusted()
    {
        // What was to become 12 must not be taken for 1.
        using var reranker = new ListwiseLlmReranker(new TestChatClient((_, _, _) =>
        {
            var answer = TestChatClient.Answer("""{"ranking":[11,10,1""");
            answer.FinishReason = ChatFinishReason.Length;
            return Task.FromResult(answer);
        }));
        var response = await reranker.RerankAsync("q", Numbered(12), cancellationToken: Cancellation);
        Assert.Equal([10, 9, 0, 1], response.Results.Take(4).Select(result => result.Index));
        Assert.Equal(10, response.LlmReport!.MissingIds);
    }

    [Fact]
    public async Task RerankAsync_Refusals_CountedAndNotAskedAgain()
    {
        var filtered = TestChatClient.Answer("[3] > [2] > [1]");
        filtered.FinishReason = ChatFinishReason.ContentFilter;
        var refused = new ChatResponse(new ChatMessage(ChatRole.Assistant, [new ErrorContent("No.") { ErrorCode = "Refusal" }]));
        foreach (var answer in new[] { filtered, refused })
        {
            using var reranker = new ListwiseLlmReranker(new TestChatClient((_, _, _) => Task.FromResult(answer)));
            var response = await reranker.RerankAsync("q", ["a", "b", "c"], cancellationToken: Cancellation);
            Assert.Equal([0, 1, 2], response.Results.Select(result => result.Index));
            Assert.Contains("1 refused, 0 malformed", response.DegradedReason, StringComparison.Ordinal);
            Assert.Equal(1, response.LlmReport!.Calls);
        }
    }

    [Fact]
    public async Task RerankAsync_MalformedOnce_AskedAgainWithoutRepeatingTheAnswer()
    {
        int calls = 0;
        var client = new TestChatClient(_ => calls++ == 0 ? "BANANA" : "[2] > [1]");
        using var reranker = new ListwiseLlmReranker(client);
        var response = await reranker.RerankAsync("q", ["a", "b"], cancellationToken: Cancellation);
        Assert.Equal([1, 0], response.Results.Select(result => result.Index));
        Assert.Equal((1, 0), (response.LlmReport!.Retries, response.LlmReport!.MalformedAnswers));
        string second = client.Received.Last().Messages[^1].Text;
        Assert.StartsWith(client.Received.First().Messages[^1].Text, second, StringComparison.Ordinal);
        Assert.EndsWith("nothing before or after it.", second, StringComparison.Ordinal);
        Assert.DoesNotContain("BANANA", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_OneWindowMalformed_ItsOrderKeptNotDegraded()
    {
        // Windows of 4, step 2, over 6 documents: 2..6, then 0..4.
        var client = new TestChatClient(prompt => prompt.Contains("doc 5", StringComparison.Ordinal) ? "no" : "[4] > [3] > [2] > [1]");
        using var reranker = new ListwiseLlmReranker(client, new() { WindowSize = 4, Step = 2, RetryMalformed = false });
        var response = await reranker.RerankAsync("q", Numbered(6), cancellationToken: Cancellation);
        Assert.Equal([3, 2, 1, 0, 4, 5], response.Results.Select(result => result.Index));
        Assert.False(response.IsDegraded);
        Assert.Equal(1, response.LlmReport!.MalformedAnswers);
        Assert.Equal(2, client.Received.Count);
    }

    [Theory]
    [InlineData(1, 20, 10, 0)]
    [InlineData(2, 20, 10, 1)]
    [InlineData(20, 20, 10, 1)]
    [InlineData(21, 20, 10, 2)]
    [InlineData(30, 20, 10, 2)]
    [InlineData(31, 20, 10, 3)]
    [InlineData(100, 20, 10, 9)]
    [InlineData(7, 3, 1, 5)]
    public async Task RerankAsync_Windows_AsManyAsTheFormulaSays(int documents, int window, int step, int calls)
    {
        var client = PromptReader.HonestClient();
        using var reranker = new ListwiseLlmReranker(client, new() { WindowSize = window, Step = step });
        var response = await reranker.RerankAsync("best", Numbered(documents - 1, "best"), cancellationToken: Cancellation);
        Assert.Equal(calls, client.Received.Count);
        Assert.Equal(documents - 1, response.Results[0].Index);
    }

    [Fact]
    public async Task RerankAsync_SeveralPasses_EndWithThePassThatMovesNothing()
    {
        var client = PromptReader.HonestClient();
        using var reranker = new ListwiseLlmReranker(client, new() { Passes = 5 });
        var response = await reranker.RerankAsync("best", Numbered(29, "best"), cancellationToken: Cancellation);
        Assert.Equal(2, response.LlmReport!.Passes);
        Assert.Equal(4, client.Received.Count);
    }

    [Fact]
    public void Constructor_StepNotBelowWindow_Refused()
    {
        using var client = PromptReader.HonestClient();
        var error = Assert.Throws<ArgumentException>(() => new ListwiseLlmReranker(client, new() { WindowSize = 5, Step = 5 }));
        Assert.Contains("The step is 5 and the window 5", error.Message, StringComparison.Ordinal);
    }

    private static string[] Numbered(int count, params string[] last) => [.. Enumerable.Range(0, count).Select(i => $"doc {i}"), .. last];
}
