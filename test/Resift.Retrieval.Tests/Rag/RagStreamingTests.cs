using Microsoft.Extensions.AI;
using static Resift.Retrieval.Tests.RagSetup;

namespace Resift.Retrieval.Tests;

public sealed class RagStreamingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AskStreamingAsync_Answered_GivesPromptThenTextThenAnswer()
    {
        var client = new ScriptedChatClient("It has two [1], or nine [7].");

        var updates = await UpdatesOf(new(Search(Bread, Moons), client, new() { MinScore = 0.5 }));

        Assert.Equal(Moons, Assert.Single(updates[0].Prompt!.Passages).Text);
        Assert.All(updates[1..], update => Assert.Null(update.Prompt));
        Assert.All(updates[..^1], update => Assert.Null(update.Answer));
        Assert.Equal(["It", " has", " two"], updates[1..4].Select(update => $"{update}"));
        var answer = updates[^1].Answer!;
        Assert.Same(updates[0].Prompt, answer.Prompt);
        Assert.Equal(answer.Text, string.Concat(updates));
        Assert.Equal("It has two [1], or nine [7].", answer.Text);
        Assert.Equal(1, Assert.Single(answer.Citations).Number);
        Assert.Equal(7, Assert.Single(answer.InvalidCitations).Number);
        Assert.Equal(150, answer.ChatUsage!.TotalTokenCount);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.Equal("scripted-1", answer.Response!.ModelId);
    }

    [Fact]
    public async Task AskStreamingAsync_NothingRelevant_GivesTheAnswerThatSaysSo()
    {
        var client = new ScriptedChatClient("never");

        var updates = await UpdatesOf(new(Search(Bread), client, new() { MinScore = 0.5 }));

        Assert.Empty(client.Asked);
        Assert.NotNull(updates[0].Prompt);
        Assert.False(updates[^1].Answer!.IsModelCalled);
        Assert.Equal(new RagOptions().NoPassagesAnswer, string.Concat(updates));
    }

    [Fact]
    public async Task AskStreamingAsync_ModelStopsWithoutAWord_StillEndsWithAnAnswer()
    {
        var updates = await UpdatesOf(new(Search(Moons), new ScriptedChatClient(new ChatResponse())));

        Assert.True(updates[^1].Answer!.IsModelCalled);
        Assert.Equal("", updates[^1].Answer!.Text);
    }

    [Theory]
    [InlineData(9, "It has tw")]
    [InlineData(10, "It has two")]
    [InlineData(12, "It has two ")]
    [InlineData(31, "It has two 🌕🌕 [1], or so [7].")]
    public async Task Ask_LongAnswer_IsCutAtTheLimitBothWays(int limit, string expected)
    {
        const string Written = "It has two 🌕🌕 [1], or so [7].";
        var options = new RagOptions { MaxAnswerCharacters = limit };

        var updates = await UpdatesOf(new(Search(Moons), new ScriptedChatClient(Written), options));
        var whole = await new RagPipeline(Search(Moons), new ScriptedChatClient(Written), options).AskAsync("moons", null, Token);

        var reason = expected == Written ? ChatFinishReason.Stop : ChatFinishReason.Length;
        Assert.Equal((expected, reason), (updates[^1].Answer!.Text, updates[^1].Answer!.FinishReason));
        Assert.Equal(expected, string.Concat(updates));
        Assert.Equal((expected, reason), (whole.Text, whole.FinishReason));
    }

    [Fact]
    public async Task AskStreamingAsync_StreamWithoutEndOrText_IsGivenUp()
    {
        var client = new ScriptedChatClient(_ => AsyncEnumerable.Range(0, int.MaxValue).Select(_ => new ChatResponseUpdate()));

        var updates = await UpdatesOf(new(Search(Moons), client, new() { MaxAnswerCharacters = 100 }));

        Assert.Equal(("", ChatFinishReason.Length), (updates[^1].Answer!.Text, updates[^1].Answer!.FinishReason));
    }

    [Fact]
    public async Task AskStreamingAsync_ModelFailsHalfway_GivesWhatCameAndPassesTheExceptionOn()
    {
        var failure = new HttpRequestException("cut off");
        List<string> texts = [];

        var thrown = await Assert.ThrowsAsync<HttpRequestException>(async () =>
        {
            await foreach (var update in new RagPipeline(Search(Moons), new ScriptedChatClient(_ => Broken(failure)))
                .AskStreamingAsync(Question, cancellationToken: Token))
            {
                texts.Add(update.Text);
            }
        });

        Assert.Same(failure, thrown);
        Assert.Equal("It has", string.Concat(texts));
    }

    [Fact]
    public async Task AskStreamingAsync_CancelledWhileTheModelWrites_Stops()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var client = new ScriptedChatClient(token => RagPipelineTests.Waiting(source, token));
        List<string> texts = [];

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            // The token of the enumeration, as opposed to that of the call, is the one that LINQ and the like pass.
            await foreach (var update in new RagPipeline(Search(Moons), client)
                .AskStreamingAsync(Question, cancellationToken: Token).WithCancellation(source.Token))
            {
                texts.Add(update.Text);
            }
        });

        Assert.Equal("It has", string.Concat(texts));
    }

    private static async Task<List<RagUpdate>> UpdatesOf(RagPipeline pipeline)
    {
        List<RagUpdate> updates = [];
        await foreach (var update in pipeline.AskStreamingAsync(Question, cancellationToken: Token))
        {
            updates.Add(update);
        }

        return updates;
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Broken(Exception failure)
    {
        await Task.Yield();
        yield return new(ChatRole.Assistant, "It has");
        throw failure;
    }
}
