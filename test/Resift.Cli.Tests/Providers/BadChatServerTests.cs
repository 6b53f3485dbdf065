using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Resift.Testing;

namespace Resift.Cli.Tests.Providers;

/// <summary>
/// Language-model servers that answer badly, wrongly, without end or not at all, behind <c>ask</c> and <c>--provider llm</c>.
/// </summary>
public sealed class BadChatServerTests : IAsyncLifetime
{
    private const string Event = "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":";

    private static readonly string[] _commands = ["ask", "ask json", "rerank"];

    private static readonly Dictionary<string, LoopbackReply> _replies = new()
    {
        ["web page"] = new() { Body = "<!DOCTYPE html><html><body>Sign in</body></html>"u8.ToArray(), ContentType = "text/html" },
        ["nothing"] = new() { ContentType = null },
        ["brackets"] = LoopbackReply.Json(new string('[', 1000)),
        ["other JSON"] = LoopbackReply.Json("""{"status":"ok"}"""),
        ["no choices"] = LoopbackReply.Json("""{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[]}"""),
        ["broken events"] = Events("data: {\"id\": <oops>\n\n"),
        ["events without choices"] = Events($"{Event}[]}}\n\ndata: [DONE]\n\n"),
        ["empty text"] = Chat("", "stop"),
        ["white space"] = Chat(" \n", "stop"),
        ["no events"] = Events(": keep-alive\n\n"),
    };

    private readonly CommandLine _cli = new();

    public static MatrixTheoryData<string, string> Cases => new(_commands, _replies.Keys);

    public async ValueTask InitializeAsync()
    {
        _cli.File("docs/reset.md", "# Reset\n\nTo undo a commit use git reset.");
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("index", _cli.At("docs"), "--db", _cli.At("x.db")));
        _cli.Clear();
    }

    public ValueTask DisposeAsync()
    {
        _cli.Dispose();
        return default;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Run_AnswerThatIsNone_IsAnErrorAboutTheServer(string command, string reply)
    {
        await using var server = new LoopbackServer(_replies[reply]);

        Assert.Equal(ExitCode.Error, await RunAsync(command, $"{server.Address}v1"));

        Assert.StartsWith($"resift: The language model at {server.Address}v1 ", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("Check the endpoint", _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(1, _cli.Error.Count(character => character == '\n'));
        Assert.Equal("", _cli.Output.Trim());
    }

    [Theory]
    [InlineData("ask", "text/event-stream", ": comment\n\n")]
    [InlineData("ask", "text/event-stream", "    ")]
    [InlineData("ask", "text/event-stream", Event + "[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n")]
    [InlineData("rerank", "application/json", "    ")]
    public async Task Run_AnswerWithoutEnd_IsReadToItsBound(string command, string type, string body)
    {
        // 64 MiB if all of it were read.
        const int Piece = 64 * 1024;
        byte[] piece = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(body, Piece / body.Length)));
        await using var server = new LoopbackServer(new LoopbackReply { Body = piece, ContentType = type, Chunked = true, Repeat = 1024 });

        Assert.Equal(ExitCode.Error, await RunAsync(command, $"{server.Address}v1"));

        Assert.Contains("more than the 16,777,216 bytes that are read", _cli.Error, StringComparison.Ordinal);
        Assert.Single(server.Requests);
        Assert.InRange(server.SentBytes, 0, 48 * 1024 * 1024);
    }

    [Theory]
    [InlineData("ask")]
    [InlineData("rerank")]
    public async Task Run_LongErrorBody_IsCut(string command)
    {
        await using var server = new LoopbackServer(
            LoopbackReply.Json($$$"""{"error":{"message":"{{{new string('x', 3_000_000)}}}"}}""", 400));

        Assert.Equal(ExitCode.Error, await RunAsync(command, $"{server.Address}v1"));

        Assert.Contains("xxx….", _cli.Error, StringComparison.Ordinal);
        Assert.InRange(_cli.Error.Length, 100, 1000);
    }

    [Fact]
    public async Task Ask_AddressWithAPassword_IsRefusedWithoutShowingIt()
    {
        Assert.Equal(ExitCode.Usage, await RunAsync("ask", "http://user:hidden@127.0.0.1:1/v1"));

        Assert.Contains("--endpoint has a name or password in its address", _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ask")]
    [InlineData("rerank")]
    public async Task Run_AddressWithAQuery_IsShownWithoutIt(string command)
    {
        await using var server = new LoopbackServer(LoopbackReply.Json("""{"error":{"message":"no"}}""", 400));

        Assert.Equal(ExitCode.Error, await RunAsync(command, $"{server.Address}v1?token=hidden", "--verbose"));

        Assert.Contains($"at {server.Address}v1 did not answer", _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_StreamThatBreaksOff_SaysSoOnALineOfItsOwn()
    {
        const string Half = Event + "[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Half an ans\"}}]}\n\n";
        await using var server = new LoopbackServer(Events(Half + "data: {") with { ResetAfter = Half.Length, Chunked = true });
        var both = new StringWriter { NewLine = "\n" };
        var console = new CliConsole(() => Stream.Null, both, both) { Environment = _ => null };

        int code = await ResiftCommand.InvokeAsync(
            ["ask", "undo a commit", "--db", _cli.At("x.db"), "--endpoint", $"{server.Address}v1"], console, _cli.Loader,
            TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Error, code);
        Assert.StartsWith(
            $"Half an ans\nresift: The language model at {server.Address}v1 broke off its answer: ",
            both.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Check", both.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_ModelThatWritesProse_IsDegradedAndSaysSoEverywhere()
    {
        await using var server = new LoopbackServer(Chat("I like penguins.", "stop"));
        const string Degraded = "none of the model's answers could be read (0 refused, 1 malformed)";
        const string Counted = "the language model's answers to 2 requests needed care: " +
            "1 unreadable, so that documents keep their order, 1 asked for again";

        Assert.Equal(ExitCode.Ok, await RunAsync("rerank", $"{server.Address}v1", "--format", "json"));
        Assert.Contains($"resift: the answer is degraded: {Degraded}", _cli.Error, StringComparison.Ordinal);
        Assert.Contains($"resift: {Counted}\n", _cli.Error, StringComparison.Ordinal);
        using (var json = JsonDocument.Parse(_cli.Output))
        {
            Assert.StartsWith(Degraded, json.RootElement.GetProperty("degraded").GetString(), StringComparison.Ordinal);
            var llm = json.RootElement.GetProperty("llm");
            Assert.Equal(
                (2, 1, 1),
                (llm.GetProperty("calls").GetInt32(), llm.GetProperty("malformed_answers").GetInt32(),
                    llm.GetProperty("retries").GetInt32()));
        }

        _cli.Clear();
        await RunAsync("rerank", $"{server.Address}v1", "--format", "jsonl");
        Assert.All(_cli.Output.Split('\n')[..2], line => Assert.Contains("\"degraded\":\"none of", line, StringComparison.Ordinal));

        _cli.Clear();
        await _cli.RunAsync(
            "compare", "--query", "undo", "--documents", _cli.File("d.txt", "a\nb"), "--provider", "llm",
            "--endpoint", $"{server.Address}v1");
        Assert.Contains($"resift: the answer is degraded: {Degraded}", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankRun_DegradedAnswers_AreCounted()
    {
        int call = 0;
        await using var server = new LoopbackServer(_ => Chat(call++ < 2 ? "I like penguins." : """{"ranking":[2]}""", "stop"));
        string corpus = _cli.File("corpus.jsonl", "{\"_id\":\"a\",\"text\":\"a\"}\n{\"_id\":\"b\",\"text\":\"b\"}");
        string queries = _cli.File("queries.jsonl", "{\"_id\":\"1\",\"text\":\"x\"}\n{\"_id\":\"2\",\"text\":\"y\"}");
        string run = _cli.File("run.trec", "1 Q0 a 1 2 t\n1 Q0 b 2 1 t\n2 Q0 a 1 2 t\n2 Q0 b 2 1 t\n");

        int code = await _cli.RunAsync(
            "rerank", "--corpus", corpus, "--queries", queries, "--run", run, "--provider", "llm", "--endpoint", $"{server.Address}v1");

        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("resift: the language model's answers to ", _cli.Error, StringComparison.Ordinal);
        // Two queries are under way at once, so that the two bad answers may be those of one query, or the first of each.
        Assert.Matches("repaired|that of 1 of 2 queries, the first because none of the model's answers", _cli.Error);
    }

    [Fact]
    public async Task SearchAndDoctor_OrderThatWasRepaired_SayHow()
    {
        _cli.File("docs/cats.md", "# Cats\n\nCats undo a knot of wool.");
        await _cli.RunAsync("index", _cli.At("docs"), "--db", _cli.At("x.db"));
        _cli.Clear();
        await using var server = new LoopbackServer(Chat("""{"ranking":[2,2,9]}""", "stop"));
        const string Repairs = "1 repaired, 1 documents missing, 1 documents named again, 1 documents that there are not";
        string[] provider = ["--provider", "llm", "--endpoint", $"{server.Address}v1"];

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync(["search", "undo", "--db", _cli.At("x.db"), "--format", "json", .. provider]));
        Assert.Contains($"needed care: {Repairs}", _cli.Error, StringComparison.Ordinal);
        using (var json = JsonDocument.Parse(_cli.Output))
        {
            Assert.Equal(1, json.RootElement.GetProperty("llm").GetProperty("unknown_ids").GetInt32());
            Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("degraded").ValueKind);
        }

        _cli.Clear();
        await _cli.RunAsync(["doctor", .. provider]);
        Assert.Contains("has one score; the language model's answers to 3 requests needed care", _cli.Output, StringComparison.Ordinal);
    }

    private Task<int> RunAsync(string command, string endpoint, params string[] more) => command switch
    {
        "rerank" => _cli.RunWithInputAsync("a\nb", ["rerank", "undo", "--provider", "llm", "--endpoint", endpoint, .. more]),
        "ask json" => RunAsync("ask", endpoint, ["--format", "json", .. more]),
        _ => _cli.RunAsync([command, "undo a commit", "--db", _cli.At("x.db"), "--endpoint", endpoint, .. more]),
    };

    private static LoopbackReply Events(string body) => new() { Body = Encoding.UTF8.GetBytes(body), ContentType = "text/event-stream" };

    private static LoopbackReply Chat(string text, string reason) => LoopbackReply.Json(new JsonObject
    {
        ["id"] = "1",
        ["object"] = "chat.completion",
        ["created"] = 1,
        ["model"] = "m",
        ["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["finish_reason"] = reason,
            ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = text },
        }),
    }.ToJsonString());
}
