using System.Net;
using System.Text.Json;
using Resift.Testing;

namespace Resift.Cli.Tests.Commands;

public sealed class AskCommandTests : IAsyncLifetime
{
    private const string Key = "sk-secret-key-of-a-test";

    private static readonly string[] _answer = ["Use git ", "reset [1]."];

    private readonly CommandLine _cli = new();

    private string Db => _cli.At("x.db");

    public async ValueTask InitializeAsync()
    {
        _cli.File("docs/reset.md", "# Reset\n\nTo undo a commit use git reset and be careful.");
        _cli.File("docs/cats.txt", "Cats sleep a lot.");
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("index", _cli.At("docs"), "--db", Db));
        _cli.Clear();
    }

    public ValueTask DisposeAsync()
    {
        _cli.Dispose();
        return default;
    }

    [Fact]
    public async Task Ask_Question_StreamsTheAnswerAndListsWhatItCites()
    {
        using var server = new ChatCompletionsServer { Parts = _answer };
        _cli.Environment["OPENAI_API_KEY"] = Key;

        Assert.Equal((ExitCode.Ok, ""), (await AskAsync("--endpoint", $"{server.Endpoint}", "--model", "tiny"), _cli.Error));

        Assert.Equal("Use git reset [1].\n\nSources:\n  [1] docs/reset.md › Reset (2.00)\n", _cli.Output);
        var (path, authorization, body) = Assert.Single(server.Requests);
        Assert.Equal(("/v1/chat/completions", $"Bearer {Key}"), (path, authorization));
        Assert.Equal("tiny", (string?)body["model"]);
        Assert.True((bool?)body["stream"]);
        string asked = body["messages"]![1]!["content"]!.ToJsonString();
        Assert.Contains("To undo a commit use git reset", asked, StringComparison.Ordinal);
        Assert.DoesNotContain("Cats", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_BaseUrlOfTheEnvironment_NeedsNoKey()
    {
        using var server = new ChatCompletionsServer { Parts = _answer };
        _cli.Environment["OPENAI_BASE_URL"] = $"{server.Endpoint}";

        Assert.Equal((ExitCode.Ok, ""), (await AskAsync(), _cli.Error));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Ask_Json_CarriesAnswerCitationsPassagesAndUsage()
    {
        using var server = new ChatCompletionsServer { Parts = ["Yes [1], [4]."] };

        await AskAsync("--endpoint", $"{server.Endpoint}", "--format", "json");

        using var json = JsonDocument.Parse(_cli.Output);
        var root = json.RootElement;
        Assert.Equal("Yes [1], [4].", root.GetProperty("answer").GetString());
        Assert.True(root.GetProperty("model_asked").GetBoolean());
        var citation = root.GetProperty("citations")[0];
        Assert.Equal((4, 3), (citation.GetProperty("start").GetInt32(), citation.GetProperty("length").GetInt32()));
        Assert.Equal(4, root.GetProperty("invalid_citations")[0].GetProperty("number").GetInt32());
        var passage = Assert.Single(root.GetProperty("passages").EnumerateArray());
        Assert.True(passage.GetProperty("cited").GetBoolean());
        Assert.Equal("docs/reset.md", passage.GetProperty("hit").GetProperty("id").GetString());
        Assert.True(root.GetProperty("usage").GetProperty("rerank_pairs").GetInt32() > 0);
        Assert.Equal(100, root.GetProperty("usage").GetProperty("chat_input_tokens").GetInt32());
        Assert.Contains("the answer cites [4], but it was given only 1 passages", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_DryRun_PrintsThePromptAndAsksNobody()
    {
        Assert.Equal((ExitCode.Ok, ""), (await AskAsync("--dry-run"), _cli.Error));

        Assert.StartsWith("--- system ---\n", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("--- user ---\n", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("To undo a commit use git reset", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("Question: undo a commit", _cli.Output, StringComparison.Ordinal);
        _cli.Clear();

        await AskAsync("--dry-run", "--format", "json");
        using var json = JsonDocument.Parse(_cli.Output);
        var messages = json.RootElement.GetProperty("messages").EnumerateArray();
        Assert.Equal(["system", "user"], messages.Select(message => message.GetProperty("role").GetString()));
    }

    [Fact]
    public async Task Ask_NothingRelevant_DoesNotAskTheModel()
    {
        using var server = new ChatCompletionsServer { Parts = _answer };

        int code = await _cli.RunAsync(
            "ask", "how deep is the sea", "--min-score", "1", "--db", Db, "--endpoint", $"{server.Endpoint}");
        Assert.Equal(ExitCode.Ok, code);

        Assert.Empty(server.Requests);
        Assert.StartsWith("Nothing relevant to this question was found", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("no passage reaches --min-score", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_DryRunWithNothingRelevant_PrintsNoPrompt()
    {
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("ask", "how deep is the sea", "--min-score", "1", "--db", Db, "--dry-run"));

        Assert.Equal("", _cli.Output);
        Assert.Equal("resift: no passage reaches --min-score, so that the model is not asked\n", _cli.Error);
    }

    [Fact]
    public async Task Ask_ShowPassages_WritesThemBelowTheSources()
    {
        using var server = new ChatCompletionsServer { Parts = _answer };

        await AskAsync("--endpoint", $"{server.Endpoint}", "--show-passages");

        Assert.EndsWith(
            "\n\nPassages:\n  [1] docs/reset.md › Reset (2.00)\n" +
            "      # Reset\n      \n      To undo a commit use git reset and be careful.\n",
            _cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<think>Is it [4]?</think>Use git reset [1].")]
    [InlineData("Is it [4]?</think>\n\nUse git reset [1].")]
    public async Task Ask_Reasoning_IsNotShown(string written)
    {
        using var server = new ChatCompletionsServer { Parts = [.. written.Chunk(2).Select(part => new string(part))] };

        Assert.Equal((ExitCode.Ok, ""), (await AskAsync("--endpoint", $"{server.Endpoint}"), _cli.Error));

        Assert.StartsWith("Use git reset [1].\n\nSources:\n", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_ReasoningThatATerminalShowedAlready_IsSaidToBeIt()
    {
        using var server = new ChatCompletionsServer { Parts = ["Is it [4]?", "</think>", "Use git reset [1]."] };
        using var cli = new CommandLine { IsOutputTerminal = true };

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("ask", "undo a commit", "--db", Db, "--endpoint", $"{server.Endpoint}"));

        Assert.StartsWith("Is it [4]?\nUse git reset [1].\n\nSources:\n", cli.Output, StringComparison.Ordinal);
        Assert.Equal("resift: what stands above is the model's reasoning; its answer follows\n", cli.Error);
    }

    [Theory]
    [InlineData("{\"error\":{\"message\":\"boom\"}}", "HTTP 400: boom.")]
    [InlineData("{\"error\":{\"message\":\"boom.\",\"type\":\"overloaded\"}}", "HTTP 400 (overloaded): boom.")]
    [InlineData("{\"error\":{\"message\":\"boom\",\"type\":\"a\",\"code\":\"b\"}}", "HTTP 400 (a, b): boom.")]
    public async Task Ask_ServerFails_SaysWhatItSaidInOneTidyLine(string body, string expected)
    {
        await using var server = new LoopbackServer(LoopbackReply.Json(body, 400));

        Assert.Equal(ExitCode.Error, await AskAsync("--endpoint", $"{server.Address}v1"));

        Assert.Equal($"resift: The language model at {server.Address}v1 did not answer: {expected}\n", _cli.Error);
    }

    [Theory]
    [InlineData("htp://user:hidden@host/v1")]
    [InlineData("host/v1?token=hidden")]
    public async Task Ask_WhatIsNoAddress_IsRefusedWithoutShowingSecrets(string address)
    {
        Assert.Equal(ExitCode.Usage, await AskAsync("--endpoint", address, "--verbose"));

        Assert.Contains("--endpoint is no address; an address such as", _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_ServerThatRepeatsTheQueryOfItsAddress_DoesNotShowIt()
    {
        await using var server = new LoopbackServer(
            LoopbackReply.Json("""{"error":{"message":"hidden+key is not hidden%2Bkey"}}""", 400));

        Assert.Equal(ExitCode.Error, await AskAsync("--endpoint", $"{server.Address}v1?v=1&token=hidden%2Bkey", "--verbose"));

        Assert.Contains("*** is not ***", _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_NoKeyAndNoServer_SaysWhatToSet()
    {
        Assert.Equal(ExitCode.Usage, await AskAsync());
        Assert.Contains("set OPENAI_API_KEY, or name a server with --endpoint", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, await AskAsync("--endpoint", "localhost"));
        Assert.Contains("--endpoint is 'localhost'; an address such as", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_ServerRefuses_SaysWhyAndNeverTheKey()
    {
        using var server = new ChatCompletionsServer
        {
            Status = HttpStatusCode.Unauthorized,
            ErrorMessage = $"Wrong key {Key}",
        };
        _cli.Environment["OPENAI_API_KEY"] = Key;

        Assert.Equal(ExitCode.Error, await AskAsync("--endpoint", $"{server.Endpoint}"));

        string begin = $"resift: The language model at {server.Endpoint} did not answer: HTTP 401";
        Assert.StartsWith(begin, _cli.Error, StringComparison.Ordinal);
        Assert.EndsWith("Check OPENAI_API_KEY.\n", _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, _cli.Error, StringComparison.Ordinal);
        _cli.Clear();

        await AskAsync("--endpoint", $"{server.Endpoint}", "--verbose");
        Assert.DoesNotContain(Key, _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_ModelStopsAtItsLimit_SaysSo()
    {
        using var server = new ChatCompletionsServer { StopReason = "length", Parts = ["Use"] };

        Assert.Equal(ExitCode.Ok, await AskAsync("--endpoint", $"{server.Endpoint}"));

        Assert.Contains("the answer was cut off", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("The answer cites none of the 1 passages that it was given.", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_EscapesInTheAnswer_DoNotReachATerminal()
    {
        using var server = new ChatCompletionsServer { Parts = ["\u001b]0;owned\u0007 [1]"] };
        var output = new StringWriter();
        using var cli = new CommandLine { OutputWriter = output, IsOutputTerminal = true };

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("ask", "undo a commit", "--db", Db, "--endpoint", $"{server.Endpoint}"));
        Assert.DoesNotContain('\u001b', output.ToString());
    }

    private Task<int> AskAsync(params string[] more) => _cli.RunAsync(["ask", "undo a commit", "--db", Db, "--min-score", "1", .. more]);
}
