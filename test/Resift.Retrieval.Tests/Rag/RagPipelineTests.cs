using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Resift.Testing;
using static Resift.Retrieval.Tests.RagSetup;

namespace Resift.Retrieval.Tests;

public sealed class RagPipelineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AskAsync_Defaults_AsksForTwentyAndGivesTheBestFiveThatAreRelevant()
    {
        string[] relevant = [.. Enumerable.Range(0, 7).Select(i => $"how many moons has mars, version {i}")];
        var retriever = new ScriptedRetriever([Bread, .. relevant]);
        var client = new ScriptedChatClient("Two [1].");

        var answer = await new RagPipeline(new(retriever, new TestReranker()), client).AskAsync(Question, cancellationToken: Token);

        Assert.Equal(20, Assert.Single(retriever.Asked)!.Candidates);
        Assert.Equal(relevant[..5], answer.Passages.Select(passage => passage.Text));
        Assert.Equal([1, 2, 3, 4, 5], answer.Passages.Select(passage => passage.Number));
        Assert.All(relevant[..5], text => Assert.Contains(text, client.User, StringComparison.Ordinal));
        Assert.DoesNotContain(relevant[5], client.User, StringComparison.Ordinal);
        Assert.DoesNotContain(Bread, client.User, StringComparison.Ordinal);
        Assert.EndsWith(Question, client.User, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskAsync_Answered_CarriesWhatItRestsOn()
    {
        var client = new ScriptedChatClient("It has two [1], or nine [7].");

        var answer = await new RagPipeline(Search(Bread, Moons), client).AskAsync(Question, cancellationToken: Token);

        Assert.True(answer.IsModelCalled);
        Assert.Equal("It has two [1], or nine [7].", answer.Text);
        Assert.Equal(Moons, Assert.Single(answer.Citations).Passage!.Text);
        Assert.Equal(7, Assert.Single(answer.InvalidCitations).Number);
        Assert.Equal(Moons, Assert.Single(answer.CitedPassages).Id);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.Equal(150, answer.ChatUsage!.TotalTokenCount);
        Assert.Equal(2, answer.RerankUsage!.Pairs);
        Assert.Equal(2, answer.Search.CandidateCount);
        Assert.Equal(["retrieve", "rerank", "select", "chat"], answer.Timings.Select(timing => timing.Stage));
        Assert.Null(answer.Refusal);
        Assert.Null(answer.Cost);
        Assert.False(answer.IsDegraded);
    }

    [Fact]
    public async Task AskAsync_NothingRelevant_DoesNotAskTheModelAndSaysSo()
    {
        var client = new ScriptedChatClient("never");
        var options = new RagOptions { NoPassagesAnswer = "No idea.", MinScore = 0.5 };

        var answer = await new RagPipeline(Search(Bread), client, options).AskAsync(Question, cancellationToken: Token);

        Assert.Empty(client.Asked);
        Assert.False(answer.IsModelCalled);
        Assert.Equal("No idea.", answer.Text);
        Assert.Empty(answer.Passages);
        Assert.Equal(1, answer.Search.CandidateCount);
        Assert.Null(answer.ChatUsage);
        Assert.DoesNotContain("chat", answer.Timings.Select(timing => timing.Stage));
    }

    [Fact]
    public async Task AskAsync_NoThreshold_TheModelJudgesTheBestPassages()
    {
        var client = new ScriptedChatClient("The documents do not say.");

        var answer = await new RagPipeline(Search(Bread), client).AskAsync(Question, cancellationToken: Token);

        Assert.Equal(Bread, Assert.Single(answer.Passages).Text);
        Assert.Contains("say that the documents do not answer", client.System, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskAsync_NothingRelevantButWanted_AsksTheModelToSayThatDocumentsHaveNothing()
    {
        var client = new ScriptedChatClient("The documents do not say; two, as far as I know [1].");
        var options = new RagOptions { AnswerWithoutPassages = true, MinScore = 0.5 };

        var answer = await new RagPipeline(Search(Bread), client, options).AskAsync(Question, cancellationToken: Token);

        Assert.True(answer.IsModelCalled);
        Assert.Equal(Question, client.User);
        Assert.Contains("No passage", client.System, StringComparison.Ordinal);
        Assert.Equal(1, Assert.Single(answer.InvalidCitations).Number);
    }

    [Fact]
    public async Task AskAsync_RerankerFails_AnswersFromTheFirstStageWithoutThreshold()
    {
        var reranker = Rerankers.Failing(new RerankerException("down"));
        var client = new ScriptedChatClient("Yeast [1].");

        var answer = await new RagPipeline(Search(reranker, Bread, Moons), client).AskAsync(Question, cancellationToken: Token);

        Assert.Equal([Bread, Moons], answer.Passages.Select(passage => passage.Text));
        Assert.True(answer.IsDegraded);
        Assert.Contains("down", answer.DegradedReason, StringComparison.Ordinal);
        Assert.True(answer.IsModelCalled);
    }

    [Theory]
    [InlineData(0.0, 1)]
    [InlineData(-0.1, 0)]
    public async Task AskAsync_RerankerGivesLogits_ConvertsTheThreshold(double logit, int expected)
    {
        var search = Search(Rerankers.Scoring(ScoreScale.Logit, (Moons, logit)), Moons);

        var answer = await new RagPipeline(search, new ScriptedChatClient("x")).AskAsync(Question, new() { MinScore = 0.5 }, Token);

        Assert.Equal(expected, answer.Passages.Count);
    }

    [Fact]
    public async Task AskAsync_ScaleThatHasNoProbability_SaysWhatToSet()
    {
        var search = Search(Rerankers.Scoring(ScoreScale.Cosine, (Moons, 0.9)), Moons);
        var client = new ScriptedChatClient("Two.");

        var error = await Assert.ThrowsAsync<NotSupportedException>(
            () => new RagPipeline(search, client).AskAsync(Question, new() { MinScore = 0.5 }, Token));
        var answer = await new RagPipeline(search, client).AskAsync(
            Question, new() { MinScore = 0.8, MinScoreScale = ScoreScale.Cosine }, Token);

        Assert.Contains("MinScoreScale", error.Message, StringComparison.Ordinal);
        Assert.Single(answer.Passages);
    }

    [Fact]
    public async Task AskAsync_OwnSelect_GetsWhatTheThresholdLeaves()
    {
        int got = 0;
        var options = new RagOptions
        {
            MinScore = 0.5,
            Search = new()
            {
                Select = (response, _) =>
                {
                    got = response.Results.Count;
                    return response.Where(result => result.Score < 0.9);
                },
            },
        };

        var answer = await new RagPipeline(Search(Bread, Moons, ManyMoons, Question), new ScriptedChatClient("x"), options)
            .AskAsync(Question, cancellationToken: Token);

        Assert.Equal(3, got);
        Assert.Equal([ManyMoons, Moons], answer.Passages.Select(passage => passage.Text));
    }

    [Fact]
    public async Task AskAsync_ChatOptions_ArriveAsACopy()
    {
        var chat = new ChatOptions { ModelId = "small", MaxOutputTokens = 7 };
        var client = new ScriptedChatClient("x");

        await new RagPipeline(Search(Moons), client, new() { Chat = chat }).AskAsync(Question, cancellationToken: Token);

        var asked = Assert.Single(client.Asked).Options!;
        Assert.NotSame(chat, asked);
        Assert.Equal(("small", 7), (asked.ModelId, asked.MaxOutputTokens));
    }

    [Fact]
    public async Task AskAsync_OwnTemplate_MakesTheMessages()
    {
        var client = new ScriptedChatClient("x");
        var options = new RagOptions
        {
            Template = (question, passages) => [new(ChatRole.User, $"{question}|{string.Join('|', passages.Select(p => p.Text))}")],
        };

        await new RagPipeline(Search(Moons), client, options).AskAsync(Question, cancellationToken: Token);

        Assert.Equal($"{Question}|{Moons}", client.User);
    }

    [Fact]
    public async Task AskAsync_TemplateWithoutMessages_SaysWhatWasExpected()
    {
        var pipeline = new RagPipeline(Search(Moons), new ScriptedChatClient("x"), new() { Template = (_, _) => [] });

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => pipeline.AskAsync(Question, cancellationToken: Token));

        Assert.Contains("RagTemplates.Cited", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskAsync_EmptyAnswer_IsAnAnswer()
    {
        var client = new ScriptedChatClient(new ChatResponse());

        var answer = await new RagPipeline(Search(Moons), client).AskAsync(Question, cancellationToken: Token);

        Assert.True(answer.IsModelCalled);
        Assert.Equal("", answer.Text);
        Assert.Empty(answer.Citations);
    }

    [Fact]
    public async Task AskAsync_Refused_SaysWhy()
    {
        var refusal = new ChatMessage(ChatRole.Assistant, [new ErrorContent("I will not say that.") { ErrorCode = "Refusal" }]);
        var client = new ScriptedChatClient(new ChatResponse(refusal) { FinishReason = ChatFinishReason.ContentFilter });

        var answer = await new RagPipeline(Search(Moons), client).AskAsync(Question, cancellationToken: Token);

        Assert.Equal("", answer.Text);
        Assert.Equal("I will not say that.", answer.Refusal);
        Assert.Equal(ChatFinishReason.ContentFilter, answer.FinishReason);
    }

    [Fact]
    public async Task AskAsync_ModelFails_PassesTheExceptionOn()
    {
        var failure = new HttpRequestException("no route");
        var pipeline = new RagPipeline(Search(Moons), ScriptedChatClient.Failing(failure));

        Assert.Same(failure, await Assert.ThrowsAsync<HttpRequestException>(() => pipeline.AskAsync(Question, cancellationToken: Token)));
    }

    [Fact]
    public async Task AskAsync_CancelledWhileTheModelWrites_Stops()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var client = new ScriptedChatClient(token => Waiting(source, token));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new RagPipeline(Search(Moons), client).AskAsync(Question, cancellationToken: source.Token));
        Assert.Single(client.Asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public async Task AskAsync_BlankQuestion_IsRefused(string question)
    {
        var pipeline = new RagPipeline(Search(Moons), new ScriptedChatClient("x"));

        await Assert.ThrowsAsync<ArgumentException>(nameof(question), () => pipeline.AskAsync(question, cancellationToken: Token));
        Assert.Throws<ArgumentException>(nameof(question), () => pipeline.AskStreamingAsync(question, cancellationToken: Token));
    }

    // Cancels the caller's token as the model begins, and waits for it.
    internal static async IAsyncEnumerable<ChatResponseUpdate> Waiting(
        CancellationTokenSource source, [EnumeratorCancellation] CancellationToken token)
    {
        yield return new(ChatRole.Assistant, "It has");
        await source.CancelAsync();
        await Task.Delay(Timeout.Infinite, token);
    }
}
