using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resift.Retrieval;
using Resift.Testing;

namespace Resift.AspNetCore.Tests;

/// <summary>Our own <c>/resift/search</c>, over retrievers of the container.</summary>
public sealed class SearchTests
{
    private static readonly SearchDocument[] _documents =
    [
        Passage("git.md", 0, "commit commit commit", "en"),
        Passage("git.md", 1, "how to undo a commit", "en"),
        Passage("bread.md", 0, "bake bread at 240 degrees", "en"),
        Passage("rueckgaengig.md", 0, "einen commit rückgängig machen", "de"),
    ];

    [Fact]
    public async Task Search_OfTheFirstIndex_HasHitsWithScoresPlacesAndTimes()
    {
        await using var server = await StartAsync();

        var reply = await server.PostAsync("/resift/search", """{"query":"undo a commit","first_stage_weight":0}""");

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(("docs", "full", "words", "probability"), (
            reply.Json.GetProperty("index").GetString(), reply.Json.GetProperty("tier").GetString(),
            reply.Json.GetProperty("model").GetString(), reply.Json.GetProperty("scale").GetString()));
        var hit = reply.Json.GetProperty("hits")[0];
        Assert.Equal(("git.md", "git.md#1", "how to undo a commit"), (
            hit.GetProperty("document_id").GetString(), hit.GetProperty("passage_id").GetString(), hit.GetProperty("text").GetString()));
        Assert.Equal((1, 1.0, "rerank"), (
            hit.GetProperty("rank").GetInt32(), hit.GetProperty("score").GetDouble(), hit.GetProperty("scored_by").GetString()));
        Assert.Equal("""{"start":100,"length":20}""", hit.GetProperty("location").GetRawText());
        Assert.Equal("git.md#0", hit.GetProperty("other_passages")[0].GetProperty("passage_id").GetString());
        Assert.Equal("en", hit.GetProperty("metadata").GetProperty("lang").GetString());
        Assert.Equal("bm25", hit.GetProperty("stages")[0].GetProperty("stage").GetString());
        Assert.Equal(hit.GetProperty("stages")[0].GetProperty("rank").GetInt32(), hit.GetProperty("first_stage_rank").GetInt32());
        Assert.True(reply.Json.GetProperty("milliseconds").GetProperty("total").GetDouble() > 0);
        Assert.Equal("words", reply.Header("X-Resift-Model"));
    }

    [Fact]
    public async Task Search_WithoutGroups_HasEveryPassageWithItsPlaceBeforeReranking()
    {
        await using var server = await StartAsync();

        var reply = await server.PostAsync("/resift/search",
            """{"query":"undo a commit","group_by_document":false,"first_stage_weight":0,"top_n":10}""");

        var places = reply.Json.GetProperty("hits").EnumerateArray().Select(hit => hit.GetProperty("first_stage_rank").GetInt32());
        Assert.Equal([1, 2, 3], places.Order());
    }

    [Fact]
    public async Task Search_WithAFilterOfAnotherIndex_FindsWhatFitsThere()
    {
        await using var server = await StartAsync();

        var reply = await server.PostAsync("/resift/search", """{"index":"more","query":"commit","filter":["lang=de"],"top_n":1}""");

        var hit = Assert.Single(reply.Json.GetProperty("hits").EnumerateArray());
        Assert.Equal("rueckgaengig.md", hit.GetProperty("document_id").GetString());
        Assert.Equal("more", reply.Json.GetProperty("index").GetString());
    }

    [Fact]
    public async Task Search_WithoutReranking_AnswersInTheFirstStagesOrderAndAsksNoModel()
    {
        var reranker = new TestReranker();
        await using var server = await StartAsync(reranker);

        var reply = await server.PostAsync("/resift/search", """{"query":"commit","tier":"embedding"}""");

        Assert.Equal("embedding", reply.Json.GetProperty("tier").GetString());
        Assert.False(reply.Json.TryGetProperty("model", out _));
        Assert.Equal(0, reranker.Calls);
        Assert.Equal([1], reply.Json.GetProperty("hits").EnumerateArray().Take(1)
            .Select(hit => hit.GetProperty("first_stage_rank").GetInt32()));
    }

    [Fact]
    public async Task Search_WithAThreshold_LeavesOutWhatIsBelow()
    {
        await using var server = await StartAsync();

        var reply = await server.PostAsync("/resift/search",
            """{"query":"undo a commit","min_score":0.9,"scale":"probability","top_n":10}""");

        Assert.Equal("git.md", Assert.Single(reply.Json.GetProperty("hits").EnumerateArray()).GetProperty("document_id").GetString());
        Assert.True(reply.Json.GetProperty("min_score_applied").GetBoolean());
    }

    [Fact]
    public async Task Search_WhoseRerankerFails_AnswersInTheFirstStagesOrderAndSaysSo()
    {
        await using var server = await StartAsync(new TestReranker
        {
            RerankAsyncCallback = (_, _, _, _) => throw new RerankerException("secret address"),
        });

        var reply = await server.PostAsync("/resift/search", """{"query":"commit","min_score":0.9,"scale":"probability"}""");

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.True(reply.Json.GetProperty("degraded").GetBoolean());
        Assert.False(reply.Json.GetProperty("min_score_applied").GetBoolean());
        Assert.NotEmpty(reply.Json.GetProperty("hits").EnumerateArray());
        Assert.Equal("true", reply.Header("X-Resift-Degraded"));
        Assert.DoesNotContain("secret", reply.Json.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", 400, "'query' is missing")]
    [InlineData("""{"query":"q","index":"nobody"}""", 404, "docs, more")]
    [InlineData("""{"query":"q","model":"nobody"}""", 404, "words")]
    [InlineData("""{"query":"q","tier":"best"}""", 400, "'light'")]
    [InlineData("""{"query":"q","top_n":0}""", 400, "at least 1")]
    [InlineData("""{"query":"q","candidates":101}""", 422, "at most 100")]
    [InlineData("""{"query":"q","filter":["lang"]}""", 400, "'filter' cannot be read")]
    [InlineData("""{"query":"q","filter":"lang=en"}""", 400, "an array of strings")]
    [InlineData("""{"query":"q","first_stage_weight":2}""", 400, "from 0")]
    [InlineData("""{"query":"q","tier":"embedding","min_score":0.5,"scale":"probability"}""", 400, "nothing is reranked")]
    [InlineData("""{"query":"q","scale":"cosine"}""", 400, "no formula")]
    public async Task Search_OfABadRequest_SaysWhatWasExpected(string json, int status, string expected)
    {
        await using var server = await StartAsync();

        var reply = await server.PostAsync("/resift/search", json);

        Assert.Equal(status, (int)reply.Status);
        Assert.Contains(expected, reply.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_OfAServerWithoutAnIndex_SaysSo()
    {
        await using var server = await TestServer.StartAsync();

        var reply = await server.PostAsync("/resift/search", """{"query":"q"}""");

        Assert.Equal(HttpStatusCode.NotFound, reply.Status);
        Assert.Contains("no index", reply.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_OfMoreThanARequestMayRead_IsRefusedBeforeAnythingIsLookedFor()
    {
        var reranker = new TestReranker { Metadata = new("test") { ScoreScale = ScoreScale.Probability, MaxTokensPerPair = 100 } };
        await using var server = await StartAsync(reranker, options => options.MaxTokens = 1_000);

        var many = await server.PostAsync("/resift/search", """{"query":"commit","candidates":10}""");
        var few = await server.PostAsync("/resift/search", """{"query":"commit","candidates":9}""");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.OK), (many.Status, few.Status));
    }

    [Fact]
    public async Task Info_OfAServer_NamesModelsAndIndexes()
    {
        await using var server = await StartAsync();

        var reply = await server.GetAsync("/resift/info");

        Assert.Equal("""{"rerankers":["words"],"indexes":["docs","more"],"max_documents":100}""", reply.Json.GetRawText());
    }

    [Fact]
    public async Task MapResift_WithAnIndexThatTheContainerLacks_NamesIt()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => TestServer.StartAsync(options => options.AddRetriever("docs")));

        Assert.Contains("'docs'", error.Message, StringComparison.Ordinal);
        Assert.Contains("IRetriever", error.Message, StringComparison.Ordinal);
    }

    private static SearchDocument Passage(string document, int number, string text, string language) => new($"{document}#{number}", text)
    {
        Location = new(document, number * 100, text.Length),
        Metadata = new Dictionary<string, string> { ["lang"] = language },
    };

    private static Task<TestServer> StartAsync(TestReranker? reranker = null, Action<ResiftServerOptions>? configure = null) =>
        TestServer.StartAsync(
            options =>
            {
                options.AddRetriever("docs").AddRetriever("more", serviceKey: "more");
                options.MaxDocuments = 100;
                configure?.Invoke(options);
            },
            reranker,
            addServices: services => services
                .AddRetriever(new Bm25Retriever(_documents))
                .AddKeyedRetriever("more", new Bm25Retriever(_documents)));
}
