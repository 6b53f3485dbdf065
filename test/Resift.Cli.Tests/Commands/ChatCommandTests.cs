using System.Text.Json.Nodes;
using Resift.Testing;

namespace Resift.Cli.Tests.Commands;

public sealed class ChatCommandTests : IAsyncLifetime
{
    private readonly CommandLine _cli = new();

    private string Db => _cli.At("x.db");

    public async ValueTask InitializeAsync()
    {
        _cli.File("docs/reset.md", "# Reset\n\nTo undo a commit use git reset and be careful.");
        _cli.File("docs/revert.md", "# Revert\n\nA pushed commit needs git revert.");
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("index", _cli.At("docs"), "--db", Db));
        _cli.Clear();
    }

    public ValueTask DisposeAsync()
    {
        _cli.Dispose();
        return default;
    }

    [Fact]
    public async Task Chat_FollowUp_IsSearchedForAsTheModelRewritesIt()
    {
        await using var server = Serve(asked => IsRewriting(asked) ? "pushed commit" : "Use it [1].");

        Assert.Equal(ExitCode.Ok, await ChatAsync(server, "undo a commit\n\nand if it was pushed?\n/exit\nnever asked\n"));

        Assert.Equal(
            "Use it [1].\n\nSources:\n  [1] docs/reset.md › Reset (2.00)\n\n" +
            "Use it [1].\n\nSources:\n  [1] docs/revert.md › Revert (1.00)\n\n", _cli.Output);
        Assert.Equal("resift: searched for: pushed commit\n", _cli.Error);
        Assert.Equal(3, server.Requests.Count);
        string[] last = [.. Messages(server.Requests[^1]).Select(message => $"{message["role"]}: {message["content"]}")];
        Assert.Equal(["user: undo a commit", "assistant: Use it."], last[1..3]);
        Assert.EndsWith("Question: and if it was pushed?", last[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_OptionsWorthAWord_AreReadOnceForAllQuestions()
    {
        await using var server = Serve(_ => "Use it [1].");

        Assert.Equal(ExitCode.Ok, await ChatAsync(server, "undo\nrevert\n", "--threads", "20000", "--no-rewrite"));

        Assert.Single(_cli.Error.Split('\n'), line => line.Contains("--threads 20000 is more than", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--no-rewrite", 2, "searched for: undo commit pushed")]
    [InlineData("--max-history-tokens=100", 3, "the question could not be made self-contained: The language model at")]
    public async Task Chat_NotRewritten_IsSearchedForWithTheQuestionBefore(string option, int requests, string said)
    {
        await using var server = new LoopbackServer(request => IsRewriting(Asked(request))
            ? LoopbackReply.Json("""{"error":{"message":"busy"}}""", 400)
            : ChatReply.To(request, "Use it [1]."));

        Assert.Equal(ExitCode.Ok, await ChatAsync(server, "undo commit\npushed", option));

        Assert.Equal(requests, server.Requests.Count);
        Assert.Contains($"resift: {said}", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("resift: searched for: undo commit pushed\n", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_NoHistoryTokens_SendsNoHistory()
    {
        await using var server = Serve(_ => "Use it [1].");

        Assert.Equal(ExitCode.Ok, await ChatAsync(server, "undo commit\npushed", "--max-history-tokens", "0"));

        Assert.All(server.Requests, request => Assert.Equal(2, Messages(request).Count));
    }

    [Fact]
    public async Task Chat_QuestionThatFails_IsNamedAndTheChatGoesOn()
    {
        int calls = 0;
        await using var server = new LoopbackServer(request => calls++ == 0
            ? LoopbackReply.Json("""{"error":{"message":"boom"}}""", 400)
            : ChatReply.To(request, "Use it [1]."));

        Assert.Equal(ExitCode.Error, await ChatAsync(server, "undo commit\nundo commit\n"));

        Assert.Equal($"resift: The language model at {server.Address}v1 did not answer: HTTP 400: boom.\n", _cli.Error);
        Assert.StartsWith("Use it [1].\n\nSources:", _cli.Output, StringComparison.Ordinal);
        Assert.Equal(2, Messages(server.Requests[^1]).Count);
    }

    [Fact]
    public async Task Chat_LineThatIsNoText_IsNamedAndTheChatGoesOn()
    {
        await using var server = Serve(_ => "Use it [1].");

        Assert.Equal(ExitCode.Error, await ChatAsync(server, $"a\0b\n{new string('x', 70_000)}\nundo commit\n"));

        Assert.Contains("standard input:1: there is a zero byte", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("standard input:2: the line has more than 65,536 bytes", _cli.Error, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Chat_OnATerminal_PromptsOnStandardError()
    {
        await using var server = Serve(_ => "Use it [1].");
        using var cli = new CommandLine { IsInputTerminal = true };

        int code = await cli.RunWithInputAsync("undo a commit\n", "chat", "--db", Db, "--endpoint", $"{server.Address}v1");

        Assert.Equal((ExitCode.Ok, "> > "), (code, cli.Error));
    }

    [Fact]
    public async Task Chat_Interrupted_EndsTheAnswerAndNotTheChat()
    {
        var goOn = new TaskCompletionSource();
        using var server = new ChatCompletionsServer { Parts = ["Use", " it [1]."], BeforeNextPart = goOn.Task };
        Action? interrupt = null;
        var output = new WatchedWriter("Use", () => interrupt!()) { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        var console = new CliConsole(() => new MemoryStream("undo commit\n"u8.ToArray()), output, error)
        {
            IsOutputTerminal = true,
            Environment = _ => null,
            OnInterrupt = action =>
            {
                interrupt = action;
                return new MemoryStream();
            },
        };

        int code = await ResiftCommand.InvokeAsync(
            ["chat", "--db", Db, "--endpoint", $"{server.Endpoint}"], console, _cli.Loader, TestContext.Current.CancellationToken);

        goOn.SetResult();
        Assert.Equal((ExitCode.Ok, "resift: stopped\n"), (code, error.ToString()));
        Assert.Equal("Use\n", output.ToString());
    }

    [Fact]
    public async Task Chat_NoKeyAndNoServer_SaysWhatToSet()
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("chat", "--db", Db));
        Assert.Contains("set OPENAI_API_KEY, or name a server with --endpoint", _cli.Error, StringComparison.Ordinal);
    }

    private Task<int> ChatAsync(LoopbackServer server, string input, params string[] more) => _cli.RunWithInputAsync(
        input, ["chat", "--db", Db, "--retriever", "lexical", "--min-score", "1", "--endpoint", $"{server.Address}v1", .. more]);

    private static LoopbackServer Serve(Func<string, string> answer) => new(request => ChatReply.To(request, answer(Asked(request))));

    private static bool IsRewriting(string asked) => asked.Contains("Last question: ", StringComparison.Ordinal);

    private static string Asked(LoopbackRequest request) => (string)Messages(request)[^1]["content"]!;

    private static List<JsonNode> Messages(LoopbackRequest request) =>
        [.. JsonNode.Parse(request.Body)!["messages"]!.AsArray().Select(message => message!)];

    /// <summary>Calls an action when a text was written.</summary>
    private sealed class WatchedWriter(string text, Action written) : StringWriter
    {
        public override void Write(string? value)
        {
            base.Write(value);
            if (value == text)
            {
                written();
            }
        }
    }
}
