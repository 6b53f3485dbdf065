using Microsoft.Extensions.AI;
using static Resift.Retrieval.Tests.RagSetup;

namespace Resift.Retrieval.Tests;

/// <summary>Questions that follow up on others.</summary>
public sealed class RagHistoryTests
{
    private const string FollowingUp = "and how many has it";
    private const string Rewritten = "how many moons has mars";

    private static readonly ChatMessage[] _history =
    [
        new(ChatRole.User, "what is mars"),
        new(ChatRole.Assistant, "<think>easy</think>A planet [1], a red one [2][3]. `a[1]`"),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ask_WithHistory_SearchesForTheQuestionAsTheModelMadeItSelfContained()
    {
        var search = Recording(out var searched);
        var client = Answering($"<think>hm</think>\n\"{Rewritten}\"\n", "Two [1].");

        var answer = await new RagPipeline(search, client, new() { Prices = Dollars }).AskAsync(FollowingUp, With(_history), Token);

        Assert.Equal([Rewritten], searched);
        Assert.Equal(("Two [1].", FollowingUp, Rewritten, null),
            (answer.Text, answer.Prompt.Question, answer.Prompt.SearchedFor, answer.Prompt.RewriteFailure));
        var (first, second) = (client.Asked.First().Messages, client.Asked.Last().Messages);
        Assert.EndsWith(
            "User: what is mars\n\nAssistant: A planet, a red one. `a[1]`\n\nLast question: " + FollowingUp,
            first[1].Text, StringComparison.Ordinal);
        Assert.Equal([ChatRole.System, ChatRole.User, ChatRole.Assistant, ChatRole.User], second.Select(message => message.Role));
        Assert.Equal(["what is mars", "A planet, a red one. `a[1]`"], second.Skip(1).Take(2).Select(message => message.Text));
        Assert.EndsWith($"Question: {FollowingUp}", second[3].Text, StringComparison.Ordinal);
        Assert.Equal(10, answer.Prompt.RewriteUsage!.InputTokenCount);
    }

    [Fact]
    public async Task Ask_WithHistory_CountsTheRewritingInItsCost()
    {
        var search = Search(Moons);
        var once = await new RagPipeline(search, Answering("Two [1]."), new() { Prices = Dollars }).AskAsync(Question, null, Token);
        var twice = await new RagPipeline(search, Answering(Rewritten, "Two [1].")).AskAsync(FollowingUp, With(_history), Token);

        Assert.Equal((13m, 26m), (once.Cost!.Chat, twice.Cost!.Chat));
        Assert.Null(once.Prompt.RewriteUsage);
    }

    [Fact]
    public async Task Ask_WithoutRewriting_SearchesForBothQuestions()
    {
        var search = Recording(out var searched);
        var options = With(_history);
        options.RewriteQuestion = false;

        var client = Answering("Two [1].");
        await new RagPipeline(search, client).AskAsync(FollowingUp, options, Token);
        var prompt = await RagPrompt.BuildAsync(search, FollowingUp, With(_history), Token);

        Assert.Equal([$"what is mars {FollowingUp}", $"what is mars {FollowingUp}"], searched);
        Assert.Equal(searched[0], prompt.SearchedFor);
        Assert.Equal(4, Assert.Single(client.Asked).Messages.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<think>I wonder")]
    [InlineData(null)]
    public async Task Ask_RewritingFails_SearchesForBothQuestionsAndSaysWhy(string? rewritten)
    {
        var search = Recording(out var searched);
        int calls = 0;
        var client = new ScriptedChatClient(_ => calls++ > 0 ? Text("Two [1].")
            : rewritten is null ? throw new HttpRequestException("down")
            : Text(rewritten));

        var answer = await new RagPipeline(search, client).AskAsync(FollowingUp, With(_history), Token);

        Assert.Equal([$"what is mars {FollowingUp}"], searched);
        Assert.Equal("Two [1].", answer.Text);
        Assert.Equal(rewritten is null ? "down" : "the model wrote 0 characters in place of a question", answer.Prompt.RewriteFailure);
    }

    [Fact]
    public async Task Ask_CancelledWhileRewriting_Stops()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var client = new ScriptedChatClient(_ =>
        {
            source.Cancel();
            throw new OperationCanceledException(source.Token);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new RagPipeline(Search(Moons), client).AskAsync(FollowingUp, With(_history), source.Token));
    }

    [Theory]
    [InlineData(100, "one", "1", "two", "2")]
    [InlineData(8, "one", "1", "two", "2")]
    [InlineData(7, "two", "2")]
    [InlineData(4, "two", "2")]
    [InlineData(3)]
    [InlineData(0)]
    public async Task Ask_LongHistory_KeepsTheLastExchangesThatFit(int budget, params string[] kept)
    {
        var client = Answering("what", "Two [1].");
        var options = With(
            new(ChatRole.User, "one"), new(ChatRole.Tool, "tool"), new(ChatRole.Assistant, "1"), new(ChatRole.User, "two"),
            new(ChatRole.Assistant, "2"));
        options.MaxHistoryTokens = budget;
        options.CountTokens = text => text.Length;

        await new RagPipeline(Search(Moons), client).AskAsync("three", options, Token);

        var messages = client.Asked.Last().Messages;
        Assert.Equal(kept, messages.Skip(1).SkipLast(1).Select(message => message.Text));
        Assert.EndsWith(kept is [] ? "Question: two three" : "Question: three", messages[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskStreaming_WithHistory_IsTheSame()
    {
        var search = Recording(out var searched);
        await foreach (var update in new RagPipeline(search, Answering(Rewritten, "Two [1].")).AskStreamingAsync(
            FollowingUp, With(_history), Token))
        {
            Assert.Equal(Rewritten, (update.Prompt ?? update.Answer?.Prompt)?.SearchedFor ?? Rewritten);
        }

        Assert.Equal([Rewritten], searched);
    }

    [Fact]
    public void Options_History_IsChecked()
    {
        Assert.Throws<ArgumentNullException>(() => new RagOptions { History = null! });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RagOptions { MaxHistoryTokens = -1 });
    }

    private static RagPrices Dollars => new()
    {
        ChatInputPerMillionTokens = 1_000_000,
        ChatOutputPerMillionTokens = 1_000_000,
        EmbeddingPerMillionTokens = 0,
    };

    private static RagOptions With(params ChatMessage[] history) => new() { History = history, Prices = Dollars };

    private static TwoStageRetriever Recording(out List<string> searched)
    {
        List<string> queries = [];
        searched = queries;
        return new(new ScriptedRetriever((query, _) =>
        {
            queries.Add(query);
            return Task.FromResult(new RetrievalResponse([new(new("a", Moons), 1)]));
        }), Equal);
    }

    // Gives one answer after the other.
    private static ScriptedChatClient Answering(params string[] answers)
    {
        int calls = 0;
        return new(_ => Text(answers[calls++]));
    }

    private static IAsyncEnumerable<ChatResponseUpdate> Text(string text) => new ChatResponse(new ChatMessage(ChatRole.Assistant, text))
    {
        Usage = new() { InputTokenCount = 10, OutputTokenCount = 3 },
    }.ToChatResponseUpdates().ToAsyncEnumerable();
}
