using System.Text.Json;

namespace Resift.Cli.Tests.Commands;

public sealed class ModelsCommandTests : IDisposable
{
    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Show_NoName_ShowsTheBundledModels()
    {
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("models", "show"));
        Assert.Matches(
            @"resift-mini-v2\s+ms-marco-MiniLM-L12-v2\s+all-MiniLM-L6-v2[\s\S]*kind\s+cross-encoder\s+cross-encoder\s+embedder",
            _cli.Output);
        Assert.Contains("22,713,601", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_NameAsJson_GivesOneObject()
    {
        await _cli.RunAsync("models", "show", "resift-mini-v2", "--format", "json");

        using var json = JsonDocument.Parse(_cli.Output);
        Assert.Equal("resift-mini-v2", json.RootElement.GetProperty("model").GetString());
        Assert.Equal("cross-encoder", json.RootElement.GetProperty("kind").GetString());
        Assert.Equal(512, json.RootElement.GetProperty("max_tokens").GetInt32());
        Assert.Matches("^[0-9a-f]{32}$", json.RootElement.GetProperty("fingerprint").GetString());
        Assert.Equal("apache-2.0", json.RootElement.GetProperty("license").GetString());
    }

    [Fact]
    public async Task Show_Prompts_AreShownInQuotesWhereThereAreAny()
    {
        await _cli.RunAsync("models", "show");
        Assert.DoesNotContain("before a", _cli.Output, StringComparison.Ordinal);
        using var cli = new CommandLine { Loader = new TestLoader { QueryPrompt = "query: " } };
        await cli.RunAsync("models", "show", "all-MiniLM-L6-v2");
        Assert.Matches(@"before a query\s+""query: """, cli.Output);
        Assert.DoesNotContain("before a document", cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_PromptsAsJson_AreTexts()
    {
        using var cli = new CommandLine { Loader = new TestLoader { QueryPrompt = "query: " } };
        await cli.RunAsync("models", "show", "all-MiniLM-L6-v2", "--format", "json");

        using var json = JsonDocument.Parse(cli.Output);
        Assert.Equal("query: ", json.RootElement.GetProperty("query_prompt").GetString());
        Assert.Equal("", json.RootElement.GetProperty("document_prompt").GetString());
        Assert.Equal("", json.RootElement.GetProperty("default_prompt").GetString());
    }

    [Fact]
    public async Task Show_Folder_ReadsIt()
    {
        await _cli.RunAsync("models", "show", _cli.Folder, "--format", "json");

        Assert.Contains("classifier", _cli.Output, StringComparison.Ordinal);
    }
}
