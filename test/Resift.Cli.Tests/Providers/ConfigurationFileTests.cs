using Resift.Testing;

namespace Resift.Cli.Tests.Providers;

/// <summary><c>resift.json</c>: where it is found, what it names, and what is refused in it.</summary>
public sealed class ConfigurationFileTests : IDisposable
{
    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Rerank_NamedInAFile_UsesAddressModelAndTheKeyOfItsVariable()
    {
        await using var server = ScoringApi.Serve((_, document) => document == "b" ? 0.9 : 0.1);
        _cli.Environment["MY_KEY"] = "secret";
        string file = _cli.File("mine.json", $$"""
            {
              // Comments are fine.
              "rerankers": {
                "prod": { "provider": "cohere", "model": "rerank-v3.5", "endpoint": "{{server.Address}}", "apiKeyVariable": "MY_KEY" },
              }
            }
            """);
        _cli.File("a/b/notes.txt", "a\nb");

        int code = await RerankAsync("prod", "a/b", "--config", file);

        Assert.Equal((ExitCode.Ok, ""), (code, _cli.Error));
        var request = Assert.Single(server.Requests);
        Assert.Equal("Bearer secret", request.Headers["Authorization"]);
        Assert.Equal("rerank-v3.5", request.Json.GetProperty("model").GetString());
    }

    [Fact]
    public async Task Rerank_NearerFile_Wins()
    {
        _cli.File("resift.json", """{ "rerankers": { "prod": { "provider": "cohere" } } }""");
        _cli.File("a/resift.json", """{ "rerankers": { "prod": { "provider": "local", "model": "resift-mini-v2" } } }""");

        Assert.Equal((ExitCode.Ok, ""), (await RerankAsync("prod", folder: "a"), _cli.Error));
    }

    [Fact]
    public async Task Rerank_ConfigOption_WinsOverTheVariableAndTheFolder()
    {
        string named = _cli.File("other.json", """{ "rerankers": { "prod": { "provider": "local" } } }""");
        _cli.File("resift.json", "{ broken");
        _cli.Environment["RESIFT_CONFIG"] = _cli.At("missing.json");

        Assert.Equal((ExitCode.Ok, ""), (await RerankAsync("prod", "", "--config", named), _cli.Error));
    }

    [Fact]
    public async Task Rerank_NoNameFromTheFile_GoesOnWithoutIt()
    {
        _cli.File("resift.json", "{ broken");

        Assert.Equal(ExitCode.Ok, await RerankAsync("local"));
        Assert.Contains("resift.json is not followed", Assert.Single(_cli.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_VariableOfTheFileIsNotSet_NamesIt()
    {
        _cli.Environment["RESIFT_CONFIG"] = _cli.File(
            "resift.json", """{ "rerankers": { "prod": { "provider": "tei", "apiKeyVariable": "MY_KEY" } } }""");

        Assert.Equal(ExitCode.Usage, await RerankAsync("prod"));
        Assert.Equal("resift: prod needs an API key, and there is none: set the environment variable MY_KEY.\n", _cli.Error);
    }

    [Fact]
    public async Task Rerank_ScaleOfTheFile_MakesAThresholdPossible()
    {
        await using var server = ScoringApi.Serve((_, document) => document == "b" ? 0.9 : 0.1);
        string file = _cli.File("resift.json", $$"""
            { "rerankers": { "mine": { "provider": "vllm", "endpoint": "{{server.Address}}", "scale": "probability" } } }
            """);

        int code = await RerankAsync("mine", "", "--config", file, "--min-score", "0.5", "--format", "jsonl");

        Assert.Equal((ExitCode.Ok, ""), (code, _cli.Error));
        Assert.Single(_cli.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData(
        "{\n \"rerankers\": {\n  \"prod\": { \"provider\": \"tei\",\n \"apiKey\": \"top-secret\" } } }", "line 4: \"apiKey\" is refused")]
    [InlineData("{\n \"rerankers\": { \"prod\": { \"provider\": \"tei\",\n \"modell\": \"m\" } } }", "line 3: \"modell\" is no property")]
    [InlineData("{\n \"default\": \"prod\" }", "line 2: \"default\" is no property")]
    [InlineData("{\n \"rerankers\": {\n", "line 3: this is not what was expected")]
    [InlineData("{\n \"rerankers\": { \"prod\": [] } }", "line 2: this is not what was expected, at $.rerankers.prod")]
    [InlineData("{ \"rerankers\": { \"a\": { \"provider\": \"tei\",\n\"provider\": \"tei\" } } }", "line 2: this is not what was expected")]
    [InlineData("{}", "has no \"rerankers\"")]
    [InlineData("{ \"rerankers\": { \"prod\": { \"provider\": \"kohere\" } } }", "'prod' has the provider 'kohere'")]
    [InlineData("{ \"rerankers\": { \"prod\": null } }", "'prod' has the provider ''")]
    [InlineData("{ \"rerankers\": { \"tei\": { \"provider\": \"cohere\" } } }", "'tei' cannot have this name")]
    [InlineData("{ \"rerankers\": { \"prod\": { \"provider\": \"local\", \"endpoint\": \"http://x\" } } }", "takes \"model\" only")]
    [InlineData("{ \"rerankers\": { \"prod\": { \"provider\": \"tei\", \"apiKeyVariable\": \"top-secret\" } } }", "and not the key")]
    [InlineData("{ \"rerankers\": { \"prod\": { \"provider\": \"tei\", \"scale\": \"percent\" } } }", "has the scale 'percent'")]
    [InlineData("{ \"rerankers\": { \"prod\": { \"provider\": \"llm\", \"scale\": \"logit\" } } }", "leave out \"scale\"")]
    public async Task Rerank_BadFile_NamesItAndWhatIsWrong(string content, string expected)
    {
        string path = _cli.File("resift.json", content);

        Assert.Equal(ExitCode.Error, await RerankAsync("prod"));

        Assert.StartsWith($"resift: {path}", _cli.Error, StringComparison.Ordinal);
        Assert.Contains(expected, _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("top-secret", _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_NameThatTheFileHasNot_SaysWhatItHas()
    {
        string path = _cli.File("resift.json", """{ "rerankers": { "prod": { "provider": "tei" } } }""");

        Assert.Equal(ExitCode.Usage, await RerankAsync("test"));
        Assert.Contains($"nor in {path}, which names prod", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"endpoint\": \"http://127.0.0.1:1/\"")]
    [InlineData("\"apiKeyVariable\": \"AWS_SECRET_ACCESS_KEY\"")]
    public async Task Rerank_FileThatWasFound_DecidesNeitherAddressNorKey(string property)
    {
        string path = _cli.File("resift.json", $$"""{ "rerankers": { "prod": { "provider": "tei", {{property}} } } }""");
        _cli.Environment["AWS_SECRET_ACCESS_KEY"] = "secret";
        _cli.File("a/notes.txt", "a");

        Assert.Equal(ExitCode.Usage, await RerankAsync("prod", folder: "a", "--endpoint", "http://127.0.0.1:1"));

        Assert.Contains($"If you trust it, name it: --config {path}", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_NameOfTheEnvironment_MeansNothingThatAFolderSays()
    {
        await using var foreign = ScoringApi.Serve((_, _) => 0.5);
        await using var own = ScoringApi.Serve((_, _) => 0.5);
        _cli.Environment["RESIFT_PROVIDER"] = "prod";
        _cli.Environment["SECRET"] = "secret";
        _cli.File("repository/resift.json", Named(foreign));
        _cli.Environment["HOME"] = _cli.At("home");

        Assert.Equal(ExitCode.Usage, await _cli.RunInAsync(_cli.At("repository"), "a\nb", "rerank", "q"));
        Assert.Contains("a resift.json of other folders is not asked", _cli.Error, StringComparison.Ordinal);

        _cli.Clear();
        _cli.File("home/resift.json", Named(own));
        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunInAsync(_cli.At("repository"), "a\nb", "rerank", "q"), _cli.Error));
        Assert.Equal("Bearer secret", Assert.Single(own.Requests).Headers["Authorization"]);
        Assert.Empty(foreign.Requests);

        static string Named(LoopbackServer server) => $$"""
            { "rerankers": { "prod": { "provider": "tei", "endpoint": "{{server.Address}}", "apiKeyVariable": "SECRET" } } }
            """;
    }

    [Theory]
    [InlineData("home/a/b")]
    [InlineData("elsewhere")]
    public async Task Rerank_FileOfTheHomeFolder_IsTrustedFromEverywhere(string folder)
    {
        await using var server = ScoringApi.Serve((_, _) => 0.5);
        _cli.Environment["HOME"] = _cli.At("home");
        _cli.File("home/resift.json", $$"""{ "rerankers": { "prod": { "provider": "tei", "endpoint": "{{server.Address}}" } } }""");
        _cli.File($"{folder}/notes.txt", "a");

        Assert.Equal((ExitCode.Ok, ""), (await RerankAsync("prod", folder), _cli.Error));
        Assert.Single(server.Requests);
    }

    private Task<int> RerankAsync(string provider, string folder = "", params string[] options) =>
        _cli.RunInAsync(_cli.At(folder), "a\nb", ["rerank", "q", "--provider", provider, .. options]);
}
