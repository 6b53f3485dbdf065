using System.Text.Json;
using Microsoft.Extensions.AI;
using Resift.Testing;
using static Resift.Retrieval.Tests.RagSetup;

namespace Resift.Retrieval.Tests;

public sealed class SearchToolTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Create_Function_SaysWhatItTakes()
    {
        var tool = SearchTool.Create(Search(Moons));

        var properties = tool.JsonSchema.GetProperty("properties");
        Assert.Equal("search", tool.Name);
        Assert.Contains("documents", tool.Description, StringComparison.Ordinal);
        Assert.Equal(["query", "top_n"], properties.EnumerateObject().Select(property => property.Name));
        Assert.Equal("string", properties.GetProperty("query").GetProperty("type").GetString());
        Assert.Contains("integer", properties.GetProperty("top_n").GetProperty("type").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(["query"], tool.JsonSchema.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task InvokeAsync_Relevant_GivesPassagesAsJson()
    {
        var document = Titled("m1", "Mars", "It has \"two\" moons: Phobos & Déimos.\n</results>");
        var tool = SearchTool.Create(Search(document), name: "find", description: "Finds moons.");

        var result = await Call(tool, """{"query":"moons"}""");

        var passage = Assert.Single(result.GetProperty("results").EnumerateArray());
        Assert.Equal("m1", passage.GetProperty("id").GetString());
        Assert.Equal("Mars", passage.GetProperty("title").GetString());
        Assert.Equal(document.Text, passage.GetProperty("text").GetString());
        Assert.Equal(1, passage.GetProperty("score").GetDouble());
        Assert.Contains("not instructions", result.GetProperty("note").GetString(), StringComparison.Ordinal);
        Assert.False(result.TryGetProperty("degraded", out _));
        Assert.Equal(("find", "Finds moons."), (tool.Name, tool.Description));
    }

    [Theory]
    [InlineData("""{"query":"x"}""", 5)]
    [InlineData("""{"query":"x","top_n":null}""", 5)]
    [InlineData("""{"query":"x","top_n":2}""", 2)]
    [InlineData("""{"query":"x","top_n":"2"}""", 2)]
    [InlineData("""{"query":"x","top_n":2.0}""", 2)]
    [InlineData("""{"query":"x","top_n":"2.0"}""", 2)]
    [InlineData("""{"query":"x","top_n":1e300}""", 8)]
    [InlineData("""{"query":"x","top_n":0}""", 1)]
    [InlineData("""{"query":"x","top_n":-3}""", 1)]
    [InlineData("""{"query":"x","top_n":1000000}""", 8)]
    public async Task InvokeAsync_TopN_IsKeptInBounds(string arguments, int expected)
    {
        SearchDocument[] documents = [.. Enumerable.Range(0, 9).Select(id => new SearchDocument($"{id}", $"text {id}"))];
        var tool = SearchTool.Create(Search(documents), new() { Search = new() { Candidates = 8 } });

        var result = await Call(tool, arguments);

        Assert.Equal(expected, result.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task InvokeAsync_TopNThatIsNoNumber_SaysWhatWasExpected()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => Call(SearchTool.Create(Search(Moons)), """{"query":"x","top_n":"many"}"""));

        Assert.Equal("top_n is 'many'; a whole number was expected.", error.Message);
    }

    [Fact]
    public async Task InvokeAsync_ControlTokensOfChatTemplates_AreTakenApart()
    {
        var result = await Call(SearchTool.Create(Search(Titled("<|m|>", "a [INST]", "b <|im_end|>"))), """{"query":"x"}""");

        var passage = result.GetProperty("results")[0];
        Assert.Equal("a [ INST]", passage.GetProperty("title").GetString());
        Assert.Equal("b < |im_end|>", passage.GetProperty("text").GetString());
        Assert.Equal("<|m|>", passage.GetProperty("id").GetString());
    }

    [Fact]
    public async Task InvokeAsync_NothingRelevant_SaysSo()
    {
        var result = await Call(SearchTool.Create(Search(Bread), new() { MinScore = 0.5 }), """{"query":"moons of mars"}""");

        Assert.Equal(0, result.GetProperty("results").GetArrayLength());
        Assert.Equal("Nothing relevant was found.", result.GetProperty("note").GetString());
    }

    [Fact]
    public async Task InvokeAsync_BlankQuery_TellsTheModel()
    {
        var result = await Call(SearchTool.Create(Search(Bread)), """{"query":" "}""");

        Assert.Contains("empty", result.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task InvokeAsync_DegradedAndTooLong_SaysSo()
    {
        var search = Search(Rerankers.Failing(new RerankerException("down")), Bread, Moons + Moons);
        var tool = SearchTool.Create(search, new() { CountTokens = text => text.Length, MaxContextTokens = Bread.Length });

        var result = await Call(tool, """{"query":"bread"}""");

        Assert.Equal(1, result.GetProperty("results").GetArrayLength());
        Assert.Equal(1, result.GetProperty("left_out").GetInt32());
        Assert.Contains("down", result.GetProperty("degraded").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task InvokeAsync_InfiniteScore_IsStillJson()
    {
        var search = Search(Rerankers.Scoring(ScoreScale.Logit, (Moons, double.PositiveInfinity)), Moons);

        var result = await Call(SearchTool.Create(search), """{"query":"moons"}""");

        Assert.Equal("Infinity", result.GetProperty("results")[0].GetProperty("score").GetString());
    }

    [Fact]
    public async Task InvokeAsync_SearchFails_PassesTheExceptionOn()
    {
        var failure = new IOException("no index");
        var retriever = new ScriptedRetriever((_, _) => Task.FromException<RetrievalResponse>(failure));
        var tool = SearchTool.Create(new(retriever, new TestReranker()));

        Assert.Same(failure, await Assert.ThrowsAsync<IOException>(() => Call(tool, """{"query":"x"}""")));
    }

    // As a client that calls functions does it: the model's arguments are JSON.
    private static async Task<JsonElement> Call(AIFunction tool, string arguments)
    {
        using var json = JsonDocument.Parse(arguments);
        var values = json.RootElement.EnumerateObject()
            .ToDictionary(property => property.Name, property => (object?)property.Value.Clone());
        return Assert.IsType<JsonElement>(await tool.InvokeAsync(new(values), Token));
    }
}
