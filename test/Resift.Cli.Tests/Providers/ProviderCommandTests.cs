using System.Text.Json;
using Resift.Testing;

namespace Resift.Cli.Tests.Providers;

/// <summary><c>--provider</c> on the commands that rerank, against a server on this machine.</summary>
public sealed class ProviderCommandTests : IDisposable
{
    private const string Key = "secret-key-of-a-test";

    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    public static TheoryData<string> Providers => [.. RemoteProvider.All.Select(provider => provider.Name).Where(name => name != "llm")];

    [Fact]
    public async Task Rerank_Cohere_SendsTheKeyOfTheEnvironmentAndRanksByItsScores()
    {
        await using var server = ScoringApi.Serve((_, document) => document == "b" ? 0.9 : 0.1);
        _cli.Environment["COHERE_API_KEY"] = Key;

        int code = await RerankAsync("cohere", server, "--model", "rerank-v3.5", "--format", "json");

        Assert.Equal((ExitCode.Ok, ""), (code, _cli.Error));
        var request = Assert.Single(server.Requests);
        Assert.Equal(("/v2/rerank", $"Bearer {Key}"), (request.Path, request.Headers["Authorization"]));
        Assert.Equal("rerank-v3.5", request.Json.GetProperty("model").GetString());
        using var json = JsonDocument.Parse(_cli.Output);
        Assert.Equal(
            ("probability", "rerank-v3.5"),
            (json.RootElement.GetProperty("scale").GetString(), json.RootElement.GetProperty("model").GetString()));
        Assert.Equal([1, 0], json.RootElement.GetProperty("results").EnumerateArray().Select(hit => hit.GetProperty("index").GetInt32()));
        Assert.DoesNotContain(Key, _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batch_DearerThanAllowed_RefusedBeforeAnythingIsSent()
    {
        string text = new('x', 4_000_000);

        int code = await HostedBatchAsync(text, "--provider", "voyage", "--model", "rerank-2.5", "--max-cost", "0.01");

        Assert.Equal(ExitCode.Usage, code);
        Assert.Equal("resift: about 1,000,001 tokens go to voyage/rerank-2.5, which cost about 0.05 US dollars by the prices of August " +
            "2026, more than --max-cost 0.01. Raise it, lower --depth, or ask fewer queries.\n", _cli.Error);
    }

    [Theory]
    [InlineData("jina", "no price of jina/")]
    [InlineData("local", "a model on this machine costs nothing")]
    public async Task Batch_LimitThatCannotBeKept_Refused(string provider, string expected)
    {
        Assert.Equal(ExitCode.Usage, await HostedBatchAsync("text", "--provider", provider, "--max-cost", "1"));
        Assert.Contains(expected, _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batch_SearchesAreBilled_LongDocumentsCountAsSeveral()
    {
        // 4,000,000 bytes are 1,000,000 tokens, 2,001 documents of 500 with the query, 21 search units, at 2 dollars a thousand.
        Assert.Equal(ExitCode.Usage, await HostedBatchAsync(
            new('x', 4_000_000), "--provider", "cohere", "--model", "rerank-v3.5", "--max-cost", "0.01"));
        Assert.Contains("about 0.042 US dollars", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_MinScoreAsLogit_ConvertsTheProvidersProbabilities()
    {
        await using var server = ScoringApi.Serve((_, document) => document == "b" ? 0.9 : 0.1);

        int code = await RerankAsync("tei", server, "--min-score", "0", "--scale", "logit", "--format", "trec");

        Assert.Equal((ExitCode.Ok, ""), (code, _cli.Error));
        Assert.Equal("1 Q0 1 1 2.1972245773362196 tei\n", _cli.Output);
    }

    [Theory]
    [InlineData("voyage", "does not say what its scores mean")]
    [InlineData("llamacpp", "which nothing converts to 'cosine'")]
    public async Task Rerank_ThresholdThatTheScaleAllowsNot_IsRefusedBeforeAnythingIsSent(string provider, string expected)
    {
        await using var server = ScoringApi.Serve((_, _) => 0.5);

        Assert.Equal(ExitCode.Usage, await RerankAsync(provider, server, "--min-score", "0.5", "--scale", "cosine"));

        Assert.Contains(expected, _cli.Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("cohere", "CO_API_KEY or COHERE_API_KEY")]
    [InlineData("voyage", "VOYAGE_API_KEY")]
    [InlineData("llm", "OPENAI_API_KEY")]
    public async Task Rerank_NoKey_NamesTheVariable(string provider, string variables)
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunWithInputAsync("a\nb", "rerank", "q", "--provider", provider));

        Assert.Equal(
            $"resift: {provider} needs an API key, and there is none: set the environment variable {variables}.\n", _cli.Error);
    }

    [Theory]
    [InlineData("--threads is about models on this machine", "--provider", "tei", "--threads", "2")]
    [InlineData("--max-tokens is about models on this machine", "--provider", "tei", "--max-tokens", "64")]
    [InlineData("--endpoint is a provider's address", "--endpoint", "http://localhost")]
    [InlineData("--config x.json names rerankers, but 'local' is a provider", "--config", "x.json")]
    [InlineData("there is no provider 'kohere'", "--provider", "kohere")]
    [InlineData("together serves many models", "--provider", "together")]
    [InlineData("the endpoint of tei is 'localhost:80'", "--provider", "tei", "--endpoint", "localhost:80")]
    [InlineData("has a name or password in its address", "--provider", "tei", "--endpoint", "http://me:secret@localhost")]
    public async Task Rerank_OptionsThatCannotBe_AreAUsageError(string expected, params string[] options)
    {
        int code = await _cli.RunWithInputAsync("a\nb", ["rerank", "q", .. options]);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(expected, _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Rerank_EveryProvider_SendsTheDocumentsWithTheKeyOfItsFirstVariable(string provider)
    {
        await using var server = new LoopbackServer(LoopbackReply.Json("""{"message":"no such model"}""", 404));
        string variable = RemoteProvider.Find(provider)!.KeyVariables[0];
        _cli.Environment[variable] = Key;
        _cli.Environment["GOOGLE_CLOUD_PROJECT"] = "my-project";

        Assert.Equal(ExitCode.Error, await RerankAsync(provider, server, "--model", "m"));

        Assert.Contains("answered 404 (NotFound): no such model", _cli.Error, StringComparison.Ordinal);
        Assert.Contains(Key, string.Concat(Assert.Single(server.Requests).Headers.Values), StringComparison.Ordinal);
        string guide = await File.ReadAllTextAsync(TestData.InRepository("docs/guide-providers.md"), TestContext.Current.CancellationToken);
        Assert.All(RemoteProvider.Find(provider)!.KeyVariables, name => Assert.Contains($"`{name}`", guide, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rerank_Llm_OrdersAsTheModelSays()
    {
        using var server = new ChatCompletionsServer { Parts = ["""{"ranking":[2,1]}"""] };
        _cli.Environment["OPENAI_API_KEY"] = Key;

        int code = await _cli.RunWithInputAsync(
            "a\nb", "rerank", "q", "--provider", "llm", "--endpoint", $"{server.Endpoint}", "--model", "tiny", "--format", "jsonl");

        Assert.Equal((ExitCode.Ok, ""), (code, _cli.Error));
        Assert.StartsWith("{\"index\":1,", _cli.Output, StringComparison.Ordinal);
        var (_, authorization, body) = Assert.Single(server.Requests);
        Assert.Equal(("tiny", $"Bearer {Key}"), ((string?)body["model"], authorization));
    }

    [Fact]
    public async Task Rerank_LlmThatRefusesTheKey_SaysSoWithoutTheKey()
    {
        using var server = new ChatCompletionsServer
        {
            Status = System.Net.HttpStatusCode.Unauthorized,
            ErrorMessage = $"Wrong key {Key}.",
        };
        _cli.Environment["OPENAI_API_KEY"] = Key;

        int code = await _cli.RunWithInputAsync(
            "a\nb", "rerank", "q", "--provider", "llm", "--endpoint", $"{server.Endpoint}", "--verbose");

        Assert.Equal(ExitCode.Error, code);
        Assert.Contains("Check OPENAI_API_KEY.", _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_ProviderOfTheEnvironment_IsUsedUnlessTheCommandLineSaysOtherwise()
    {
        await using var server = ScoringApi.Serve((_, document) => document == "b" ? 0.9 : 0.1);
        _cli.Environment["RESIFT_PROVIDER"] = "tei";

        await _cli.RunWithInputAsync("a\nb", "rerank", "q", "--endpoint", $"{server.Address}");
        await _cli.RunWithInputAsync("a\nb", "rerank", "q", "--provider", "local");

        Assert.Equal("", _cli.Error);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Compare_Provider_IsAskedOnce()
    {
        await using var server = ScoringApi.Serve((_, document) => document.Length / 1000.0);

        int code = await _cli.RunAsync("compare", "--provider", "tei", "--endpoint", $"{server.Address}", "--model", "mine");

        Assert.Equal((ExitCode.Ok, ""), (code, _cli.Error));
        Assert.Single(server.Requests);
        Assert.Contains("mine, probability", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_Provider_RanksTheCandidates()
    {
        await using var server = ScoringApi.Serve((_, document) => document.Contains("Cats", StringComparison.Ordinal) ? 0.9 : 0.1);
        await IndexAsync();

        int code = await _cli.RunAsync(
            "search", "commit sleep", "--db", _cli.At("x.db"), "--provider", "tei", "--endpoint", $"{server.Address}",
            "--min-score", "0.5", "--format", "jsonl", "--threads", "1");

        Assert.Equal((ExitCode.Ok, ""), (code, _cli.Error));
        string hit = Assert.Single(_cli.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("\"id\":\"docs/cats.txt\"", hit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_RerankerAtAnotherAddressThanTheModel_AsksBoth()
    {
        await using var server = ScoringApi.Serve((_, document) => document.Contains("Cats", StringComparison.Ordinal) ? 0.9 : 0.1);
        using var chat = new ChatCompletionsServer { Parts = ["They sleep [1]."] };
        await IndexAsync();

        int code = await _cli.RunAsync(
            "ask", "what do cats do", "--db", _cli.At("x.db"), "--endpoint", $"{chat.Endpoint}", "--model", "tiny",
            "--provider", "tei", "--reranker-endpoint", $"{server.Address}", "--reranker", "mine");

        Assert.Equal((ExitCode.Ok, ""), (code, _cli.Error));
        Assert.StartsWith("They sleep [1].\n\nSources:\n  [1] docs/cats.txt", _cli.Output, StringComparison.Ordinal);
        Assert.Single(server.Requests);
        Assert.Single(chat.Requests);
    }

    private async Task IndexAsync()
    {
        _cli.File("docs/reset.md", "# Reset\n\nTo undo a commit use git reset and be careful.");
        _cli.File("docs/cats.txt", "Cats sleep a lot.");
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("index", _cli.At("docs"), "--db", _cli.At("x.db")));
        _cli.Clear();
    }

    private Task<int> HostedBatchAsync(string text, params string[] more)
    {
        foreach (string variable in (string[])["VOYAGE_API_KEY", "JINA_API_KEY", "CO_API_KEY"])
        {
            _cli.Environment[variable] = Key;
        }

        return _cli.RunAsync(
        [
            "rerank", "--run", _cli.File("run.trec", "q1 Q0 d1 1 2 x\n"),
            "--queries", _cli.File("q.jsonl", """{"_id":"q1","text":"red"}"""),
            "--corpus", _cli.File("c.jsonl", $$"""{"_id":"d1","text":"{{text}}"}"""), .. more,
        ]);
    }

    private Task<int> RerankAsync(string provider, LoopbackServer server, params string[] options) =>
        _cli.RunWithInputAsync("a\nb", ["rerank", "q", "--provider", provider, "--endpoint", $"{server.Address}", .. options]);
}
