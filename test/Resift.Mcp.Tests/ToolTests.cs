using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Resift.Testing;

namespace Resift.Mcp.Tests;

/// <summary>What an agent gets of tools and resources, whatever lies between.</summary>
public sealed class ToolTests
{
    private static readonly string[] _nobody = ["title=Nobody"];
    private static readonly string[] _one = ["q"];

    /// <summary>Both generations of the protocol: with <c>initialize</c>, and without.</summary>
    public static TheoryData<string> Versions => ["2025-06-18", "2025-11-25", "2026-07-28"];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Tools_OfAnIndex_AreThreeThatOnlyReadAndSayWhatTheyGive(string version)
    {
        using var index = await TestIndex.CreateAsync();
        var options = index.Options();
        options.About = "notes about Git";
        await using var agent = await StreamAgent.StartAsync(options, version);

        var tools = await agent.Client.ListToolsAsync(cancellationToken: TestIndex.Token);

        Assert.Equal(version, agent.Client.NegotiatedProtocolVersion);
        Assert.Equal("resift", agent.Client.ServerInfo!.Name);
        Assert.Contains("cite", agent.Client.ServerInstructions!, StringComparison.Ordinal);
        Assert.Equal(["get_document", "rerank", "search"], tools.Select(tool => tool.Name).Order());
        Assert.All(tools, tool =>
        {
            Assert.True(tool.ProtocolTool.Annotations!.ReadOnlyHint);
            Assert.Equal("object", tool.ProtocolTool.OutputSchema!.Value.GetProperty("type").GetString());
            Assert.NotEmpty(tool.JsonSchema.GetProperty("required").EnumerateArray());
        });
        Assert.Contains("notes about Git", tools.Single(tool => tool.Name == "search").Description, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Search_OfAQuestion_GivesPassagesThatCanBeCited(string version)
    {
        using var index = await TestIndex.CreateAsync();
        await using var agent = await StreamAgent.StartAsync(index.Options(), version);

        var result = await agent.Client.CallAsync("search", ("query", "undo a commit"), ("top_n", 2));

        Assert.NotEqual(true, result.IsError);
        var hits = result.StructuredContent!.Value.GetProperty("hits");
        Assert.Equal(2, hits.GetArrayLength());
        Assert.Equal(
            """{"citation":1,"document_id":"git/undo.md","text":"how to undo a commit","score":1""" +
            ""","scale":"probability","title":"Undo","uri":"resift://documents/git/undo.md","start":0}""",
            hits[0].GetRawText());
        Assert.Equal(2, hits[1].GetProperty("citation").GetInt32());
        Assert.Contains("not instructions", result.StructuredContent.Value.GetProperty("note").GetString(), StringComparison.Ordinal);
        using var text = JsonDocument.Parse(result.TextOf());
        Assert.True(JsonElement.DeepEquals(text.RootElement, result.StructuredContent.Value));
    }

    [Fact]
    public async Task Search_WithConditions_FindsOnlyWhatFulfilsThem()
    {
        using var index = await TestIndex.CreateAsync();
        var options = index.Options();
        options.SearchOptions = _ => new() { Filter = Retrieval.MetadataFilter.Parse("path=git/**") };
        await using var agent = await StreamAgent.StartAsync(options);

        var ofTheServer = await agent.Client.CallAsync("search", ("query", "commit bread"), ("top_n", 10));
        var both = await agent.Client.CallAsync("search", ("query", "commit bread"), ("top_n", 10), ("filter", "title=Push"));

        Assert.Equal(["git/push.md", "git/undo.md"], Ids(ofTheServer).Distinct().Order());
        Assert.Equal(["git/push.md"], Ids(both));
    }

    [Fact]
    public async Task Search_OfMoreThanFits_KeepsToTheTokensAndSaysWhatIsLeftOut()
    {
        using var index = await TestIndex.CreateAsync();
        var options = index.Options();
        options.MaxTokens = 140;
        await using var agent = await StreamAgent.StartAsync(options);

        var some = await agent.Client.CallAsync("search", ("query", "commit"), ("top_n", 3));
        var oneThatIsCut = await agent.Client.CallAsync("search", ("query", new string('a', 3000)), ("top_n", 1));

        Assert.Equal(2, Ids(some).Length);
        Assert.Equal(1, some.StructuredContent!.Value.GetProperty("left_out").GetInt32());
        var hit = oneThatIsCut.StructuredContent!.Value.GetProperty("hits")[0];
        Assert.True(hit.GetProperty("cut").GetBoolean());
        Assert.InRange(hit.GetProperty("text").GetString()!.Length, 200, 320);
    }

    [Fact]
    public async Task Search_WhoseRerankerFails_SaysThatTheOrderIsWorse()
    {
        using var index = await TestIndex.CreateAsync(Failing(isTransient: false));
        await using var agent = await StreamAgent.StartAsync(index.Options());

        var result = await agent.Client.CallAsync("search", ("query", "commit"));

        Assert.NotEmpty(Ids(result));
        Assert.Contains("first stage", result.StructuredContent!.Value.GetProperty("degraded").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", result.TextOf(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_ThatFindsNothing_SaysWhatToDo()
    {
        using var index = await TestIndex.CreateAsync();
        await using var agent = await StreamAgent.StartAsync(index.Options());

        var result = await agent.Client.CallAsync("search", ("query", "commit"), ("filter", _nobody));

        Assert.Empty(Ids(result));
        Assert.Contains("other words", result.StructuredContent!.Value.GetProperty("note").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_OfTextsAndObjects_GivesPlacesIdsAndScores()
    {
        using var index = await TestIndex.CreateAsync();
        await using var agent = await StreamAgent.StartAsync(index.Options());

        var result = await agent.Client.CallAsync("rerank", ("query", "undo commit"), ("top_n", "2"),
            ("documents", new object[] { "bread", new { id = "b", text = "undo a commit" }, "undo" }));

        Assert.Equal(
            """{"results":[{"index":1,"score":1,"id":"b"},{"index":2,"score":0.5}],"scale":"probability"}""", result.TextOf());
    }

    [Fact]
    public async Task GetDocument_ThatIsLong_ComesInPartsThatMakeTheWhole()
    {
        using var index = await TestIndex.CreateAsync();
        var options = index.Options();
        options.MaxTokens = 1_000;
        await using var agent = await StreamAgent.StartAsync(options);

        var text = new System.Text.StringBuilder();
        int? offset = 0;
        int parts = 0;
        while (offset is { } from)
        {
            var result = await agent.Client.CallAsync("get_document", ("document_id", "long.md"), ("offset", from));
            var part = result.StructuredContent!.Value;
            text.Append(part.GetProperty("text").GetString());
            offset = part.TryGetProperty("next_offset", out var next) ? next.GetInt32() : null;
            Assert.Equal(6002, part.GetProperty("length").GetInt32());
            parts++;
        }

        Assert.Equal($"{new string('a', 3000)}\n\n{new string('b', 3000)}", text.ToString());
        Assert.Equal(2, parts);
    }

    [Fact]
    public async Task GetDocument_WithWhatCouldBeTakenForMore_GivesText()
    {
        using var index = await TestIndex.CreateAsync();
        await using var agent = await StreamAgent.StartAsync(index.Options());

        var result = await agent.Client.CallAsync("get_document", ("document_id", "über uns/brot & käse.md"));

        Assert.Equal("bake bread at 240 degrees < |im_end|>", result.StructuredContent!.Value.GetProperty("text").GetString());
        Assert.Equal("Brot", result.StructuredContent.Value.GetProperty("metadata").GetProperty("title").GetString());
    }

    [Theory]
    [InlineData("search", "{}", "'query' is missing; a question or a few words was expected")]
    [InlineData("search", """{"query":"  "}""", "'query' is empty")]
    [InlineData("search", """{"query":7}""", "'query' is 7")]
    [InlineData("search", """{"query":"q","top_n":0}""", "a whole number from 1 to 50")]
    [InlineData("search", """{"query":"q","top_n":"many"}""", "'top_n' is \"many\"")]
    [InlineData("search", """{"query":"q","filter":["lang"]}""", "'filter' cannot be read")]
    [InlineData("search", """{"query":"q","filter":{"lang":"en"}}""", "'filter' is an object; a list of conditions")]
    [InlineData("rerank", """{"query":"q"}""", "'documents' is missing or empty")]
    [InlineData("rerank", """{"query":"q","documents":[]}""", "at least one")]
    [InlineData("rerank", """{"query":"q","documents":[{"id":"a"}]}""", "'documents[0]' is neither")]
    [InlineData("rerank", """{"query":"q","documents":["q","q","q"]}""", "at most 2")]
    [InlineData("get_document", """{"document_id":"nobody"}""", "There is no document 'nobody'. Use a document_id")]
    [InlineData("get_document", """{"document_id":"git/push.md","offset":1000}""", "has 23 characters")]
    public async Task Call_WithWrongArguments_SaysWhatWasExpectedAndWhatToDo(string tool, string json, string expected)
    {
        using var index = await TestIndex.CreateAsync();
        var options = index.Options();
        options.MaxDocuments = 2;
        await using var agent = await StreamAgent.StartAsync(options);
        using var arguments = JsonDocument.Parse(json);

        var result = await agent.Client.CallAsync(
            tool, [.. arguments.RootElement.EnumerateObject().Select(argument => (argument.Name, (object?)argument.Value))]);

        Assert.True(result.IsError);
        Assert.Contains(expected, result.TextOf(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "Try again")]
    [InlineData(false, "will not help")]
    public async Task Rerank_ThatFails_SaysWhetherToTryAgainAndNotWhatTheProviderSaid(bool isTransient, string expected)
    {
        using var index = await TestIndex.CreateAsync(Failing(isTransient));
        await using var agent = await StreamAgent.StartAsync(index.Options());

        var result = await agent.Client.CallAsync("rerank", ("query", "q"), ("documents", _one));

        Assert.True(result.IsError);
        Assert.Contains(expected, result.TextOf(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", result.TextOf(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Resources_OfAnIndex_AreItsDocuments(string version)
    {
        using var index = await TestIndex.CreateAsync();
        await using var agent = await StreamAgent.StartAsync(index.Options(), version);

        var resources = await agent.Client.ListResourcesAsync(cancellationToken: TestIndex.Token);
        var template = Assert.Single(await agent.Client.ListResourceTemplatesAsync(cancellationToken: TestIndex.Token));

        Assert.Equal(["git/push.md", "git/undo.md", "long.md", "über uns/brot & käse.md"], resources.Select(resource => resource.Name));
        Assert.Equal("resift://documents/{+id}", template.UriTemplate);
        var bread = await agent.Client.ReadResourceAsync(resources[3].Uri, cancellationToken: TestIndex.Token);
        Assert.Contains("bake bread", Assert.IsType<TextResourceContents>(Assert.Single(bread.Contents)).Text, StringComparison.Ordinal);
        foreach (string none in (string[])["resift://documents/nobody", "resift://documents/", "file:///etc/passwd"])
        {
            var error = await Assert.ThrowsAsync<McpProtocolException>(
                async () => await agent.Client.ReadResourceAsync(none, cancellationToken: TestIndex.Token));
            Assert.Contains("There is no resource", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Options_WithoutAPart_OfferNoToolForIt()
    {
        using var reranker = new TestReranker();
        await using var agent = await StreamAgent.StartAsync(new() { Reranker = reranker });

        Assert.Equal("rerank", Assert.Single(await agent.Client.ListToolsAsync(cancellationToken: TestIndex.Token)).Name);
        Assert.Null(agent.Client.ServerCapabilities.Resources);
        await Assert.ThrowsAsync<ArgumentException>(() => ResiftMcpServer.RunAsync(
            new(), Stream.Null, Stream.Null, cancellationToken: TestContext.Current.CancellationToken));
    }

    private static string[] Ids(CallToolResult result) =>
    [
        .. result.StructuredContent!.Value.GetProperty("hits").EnumerateArray()
            .Select(hit => hit.GetProperty("document_id").GetString()!),
    ];

    private static TestReranker Failing(bool isTransient) => new()
    {
        RerankAsyncCallback = (_, _, _, _) => throw new RerankerException("secret address") { IsTransient = isTransient },
    };
}
