using Resift.Testing;

namespace Resift.Cli.Tests.Providers;

/// <summary>How requests to a provider are made: by options, by resift.json, and in the words of the command line.</summary>
public sealed class RequestOptionsTests : IDisposable
{
    private const string Token = "token-of-a-program";

    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Rerank_AllOptions_AreTheRequests()
    {
        await using var server = ScoringApi.Serve((_, document) => document == "c" ? 0.9 : 0.1);
        _cli.Environment["MY_TENANT"] = "tenant-1234";

        int code = await RerankAsync(
            "cohere", "--endpoint", $"{server.Address}gateway/rerank", "--endpoint-is-final", "--documents-per-request", "2",
            "--header", "X-Tenant=MY_TENANT", "--token-command", $"echo '{Token}'");

        Assert.Equal((ExitCode.Ok, ""), (code, _cli.Error));
        Assert.Equal([1, 2], server.Requests.Select(request => request.Json.GetProperty("documents").GetArrayLength()).Order());
        Assert.All(server.Requests, request => Assert.Equal(
            ("/gateway/rerank", "tenant-1234", $"Bearer {Token}"),
            (request.Path, request.Headers["X-Tenant"], request.Headers["Authorization"])));
    }

    [Fact]
    public async Task Rerank_AllOfAFile_AreTheRequests()
    {
        await using var server = ScoringApi.Serve((_, document) => document == "c" ? 0.9 : 0.1);
        _cli.Environment["MY_TENANT"] = "tenant-1234";
        string file = _cli.File("mine.json", $$"""
            {
              "rerankers": {
                "prod": {
                  "provider": "cohere-v1", "endpoint": "{{server.Address}}", "documentsPerRequest": 1,
                  "headerVariables": { "X-Tenant": "MY_TENANT" }, "tokenCommand": ["echo", "{{Token}}"]
                },
                "final": { "provider": "jina", "endpoint": "{{server.Address}}x", "endpointIsFinal": true }
              }
            }
            """);

        Assert.Equal((ExitCode.Ok, ""), (await RerankAsync("prod", "--config", file), _cli.Error));
        Assert.Equal(3, server.Requests.Count);
        Assert.All(server.Requests, request => Assert.Equal(
            ("/v1/rerank", "tenant-1234", $"Bearer {Token}"),
            (request.Path, request.Headers["X-Tenant"], request.Headers["Authorization"])));
        Assert.Equal((ExitCode.Ok, ""), (await RerankAsync("final", "--config", file), _cli.Error));
        Assert.Equal("/x", server.Requests[^1].Path);
    }

    [Theory]
    [InlineData("sh -c 'echo out; echo why >&2; exit 3'", "sh ended with exit code 3: why")]
    [InlineData("true", "true wrote no token")]
    [InlineData("no-such-program-here", "no-such-program-here cannot be started")]
    [InlineData("echo two words", "--token-command gave no token")]
    public async Task Rerank_TokenCommandThatGivesNone_SaysWhyWithoutItsOutput(string command, string expected)
    {
        await using var server = ScoringApi.Serve((_, _) => 0.5);

        int code = await RerankAsync("cohere", "--endpoint", $"{server.Address}", "--token-command", command);

        Assert.Equal(ExitCode.Error, code);
        Assert.Contains(expected, _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("out;", _cli.Error.Replace(command, "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("--documents-per-request is about providers", "local", "--documents-per-request", "2")]
    [InlineData("--endpoint-is-final is about providers", "llm", "--endpoint-is-final")]
    [InlineData("--header expects NAME=VARIABLE", "tei", "--header", "X-Tenant")]
    [InlineData("--header expects NAME=VARIABLE", "tei", "--header", "X-Tenant=top-secret")]
    [InlineData("--header expects NAME=VARIABLE", "tei", "--header", "X=A", "--header", "x=B")]
    [InlineData("the header X-Tenant of tei is in NOT_SET, which is not set", "tei", "--header", "X-Tenant=NOT_SET")]
    [InlineData("--token-command: a quote is not closed", "tei", "--token-command", "echo 'x")]
    [InlineData("--token-command expects a program", "tei", "--token-command", " ")]
    [InlineData("--documents-per-request expects a whole number of at least 1", "tei", "--documents-per-request", "0")]
    [InlineData("Set the environment variable GOOGLE_CLOUD_PROJECT", "vertex", "--token-command", "echo t")]
    [InlineData("Set the environment variable AWS_REGION", "bedrock", "--token-command", "echo t")]
    public async Task Rerank_OptionThatCannotBe_IsAUsageError(string expected, string provider, params string[] options)
    {
        Assert.Equal(ExitCode.Usage, await RerankAsync(provider, options));

        Assert.Contains(expected, _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("top-secret", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"provider\": \"local\", \"documentsPerRequest\": 2", "are about providers that rerank by an API, and local is none")]
    [InlineData("\"provider\": \"llm\", \"tokenCommand\": [\"x\"]", "are about providers that rerank by an API, and llm is none")]
    [InlineData("\"provider\": \"tei\", \"documentsPerRequest\": 0", "at least 1 was expected")]
    [InlineData("\"provider\": \"tei\", \"headerVariables\": { \"X\": \"top-secret\" }", "and not the value")]
    [InlineData("\"provider\": \"tei\", \"headers\": { \"X\": \"top-secret\" }", "\"headers\" is refused")]
    [InlineData("\"provider\": \"tei\", \"tokenCommand\": []", "expects a program and its arguments")]
    public async Task Rerank_BadFile_NamesWhatIsWrong(string properties, string expected)
    {
        string file = _cli.File("mine.json", $$"""{ "rerankers": { "prod": { {{properties}} } } }""");

        Assert.Equal(ExitCode.Error, await RerankAsync("prod", "--config", file));

        Assert.Contains(expected, _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("top-secret", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"tokenCommand\": [\"touch\", \"ran\"]")]
    [InlineData("\"headerVariables\": { \"X\": \"MY_SECRET\" }")]
    public async Task Rerank_FileThatWasFound_NeitherRunsNorSends(string property)
    {
        _cli.File("resift.json", $$"""{ "rerankers": { "prod": { "provider": "tei", {{property}} } } }""");
        _cli.Environment["MY_SECRET"] = "secret";
        _cli.File("a/notes.txt", "a");

        Assert.Equal(ExitCode.Usage, await _cli.RunInAsync(_cli.At("a"), "a\nb", "rerank", "q", "--provider", "prod"));

        Assert.Contains("If you trust it, name it", _cli.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_cli.At("a/ran")));
    }

    [Theory]
    [InlineData("tei", 413, "length limit exceeded", "Lower --documents-per-request.")]
    [InlineData("tei", 422, """{"error":"batch size 33 > maximum allowed batch size 32"}""", "Lower --documents-per-request.")]
    [InlineData("cohere", 200, """{"results":[{"index":0,"relevance_score":7}]}""", "say so by \"scale\" in resift.json")]
    public async Task Rerank_ErrorThatAnOptionHelps_NamesThatOfTheCommandLine(string provider, int status, string body, string expected)
    {
        await using var server = new LoopbackServer(LoopbackReply.Json(body, status));

        Assert.Equal(ExitCode.Error, await RerankAsync(provider, "--endpoint", $"{server.Address}"));

        Assert.Contains(expected, _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("HttpRerankerOptions", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_MoreThanAListwiseModelTakes_NamesTheOptionAndTakesIt()
    {
        await using var server = ScoringApi.Serve((_, _) => 0.5);
        string documents = string.Join('\n', Enumerable.Range(0, 70).Select(number => $"document {number}"));
        string[] call = ["rerank", "q", "--provider", "vllm", "--model", "jina-reranker-v3", "--endpoint", $"{server.Address}"];

        Assert.Equal(ExitCode.Usage, await _cli.RunWithInputAsync(documents, call));
        Assert.Contains("raise --documents-per-request", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await _cli.RunWithInputAsync(documents, [.. call, "--documents-per-request", "100"]));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Rerank_ModelThatAFileSaysReadsAllTogether_IsNotSplit()
    {
        await using var server = ScoringApi.Serve((_, _) => 0.5);
        string file = _cli.File("mine.json", $$"""
            {
              "rerankers": {
                "mine": { "provider": "vllm", "endpoint": "{{server.Address}}", "pointwise": false, "documentsPerRequest": 2 }
              }
            }
            """);

        Assert.Equal(ExitCode.Usage, await RerankAsync("mine", "--config", file));

        Assert.Contains("reads all documents together", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("false", "false ended with exit code 1", "Run the token command by itself")]
    [InlineData("echo token-1234", "answered 401 (Unauthorized)", "The token is refused")]
    public async Task Doctor_TokenCommand_FailuresAreThoseOfTheKey(string command, string message, string advice)
    {
        await using var server = new LoopbackServer(LoopbackReply.Json("""{"message":"no"}""", 401));

        Assert.Equal(ExitCode.Error, await _cli.RunAsync(
            "doctor", "--provider", "cohere", "--endpoint", $"{server.Address}", "--token-command", command));

        string line = Assert.Single(_cli.Output.Split('\n'), line => line.StartsWith("  fail     key ", StringComparison.Ordinal));
        Assert.Contains(message, line, StringComparison.Ordinal);
        Assert.Contains(advice, line, StringComparison.Ordinal);
    }

    private Task<int> RerankAsync(string provider, params string[] options) =>
        _cli.RunWithInputAsync("a\nb\nc", ["rerank", "q", "--provider", provider, .. options]);
}
