using System.Net;
using System.Text;
using System.Text.Json;
using Resift.Testing;

namespace Resift.AspNetCore.Tests;

/// <summary>Our own <c>/resift/rerank</c>.</summary>
public sealed class ResiftRerankTests
{
    private const string Documents = """["bread",{"id":"b","text":"undo a commit"},"undo"]""";

    [Fact]
    public async Task Rerank_OfTextsAndObjects_AnswersWithPlacesIdsScaleAndTimes()
    {
        await using var server = await TestServer.StartAsync();

        var reply = await server.PostAsync("/resift/rerank", $"{{\"query\":\"undo commit\",\"documents\":{Documents},\"top_n\":2}}");

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal("words", reply.Json.GetProperty("model").GetString());
        Assert.Equal(reply.Header("X-Request-Id"), reply.Json.GetProperty("id").GetString());
        var ranking = Assert.Single(reply.Json.GetProperty("rankings").EnumerateArray());
        Assert.Equal("undo commit", ranking.GetProperty("query").GetString());
        Assert.Equal("probability", ranking.GetProperty("scale").GetString());
        Assert.True(ranking.GetProperty("milliseconds").GetDouble() >= 0);
        var results = ranking.GetProperty("results");
        Assert.Equal(2, results.GetArrayLength());
        Assert.Equal("""{"rank":1,"index":1,"score":1,"id":"b"}""", results[0].GetRawText());
        Assert.Equal("""{"rank":2,"index":2,"score":0.5}""", results[1].GetRawText());
        Assert.Equal(3, reply.Json.GetProperty("usage").GetProperty("pairs").GetInt32());
        Assert.True(reply.Json.GetProperty("usage").GetProperty("tokens_are_estimated").GetBoolean());
    }

    [Fact]
    public async Task Rerank_OfSeveralQueries_AnswersEachInItsOrder()
    {
        await using var server = await TestServer.StartAsync();

        var reply = await server.PostAsync("/resift/rerank",
            $"{{\"query\":[\"bread\",\"undo\",\"commit\"],\"documents\":{Documents},\"return_documents\":true}}");

        Assert.Equal(["bread", "undo", "commit"],
            reply.Json.GetProperty("rankings").EnumerateArray().Select(ranking => ranking.GetProperty("query").GetString()));
        Assert.Equal(["bread", "undo a commit", "undo a commit"],
            reply.Json.GetProperty("rankings").EnumerateArray().Select(ranking =>
                ranking.GetProperty("results")[0].GetProperty("text").GetString()));
        Assert.Equal(9, reply.Json.GetProperty("usage").GetProperty("pairs").GetInt32());
    }

    [Fact]
    public async Task Rerank_WithAThreshold_LeavesOutWhatIsBelowOnTheScaleThatIsAskedFor()
    {
        await using var server = await TestServer.StartAsync();

        // The logit of 1/2 is 0, and that of 1 is infinite, which JSON does not know.
        var reply = await server.PostAsync("/resift/rerank",
            $"{{\"query\":\"undo commit\",\"documents\":{Documents},\"scale\":\"logit\",\"min_score\":0}}");

        var ranking = reply.Json.GetProperty("rankings")[0];
        Assert.Equal([100, 0], ranking.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("score").GetDouble()));
        Assert.Equal("logit", ranking.GetProperty("scale").GetString());
        Assert.True(ranking.GetProperty("min_score_applied").GetBoolean());
    }

    [Fact]
    public async Task Rerank_OfADocumentThatIsTooLong_SaysWhichAndByHowMuch()
    {
        var reranker = Answering(texts => RerankResponse.Create([.. texts.Select(_ => 0.5)], ScoreScale.Probability, topN: null) with
        {
            Usage = new() { Pairs = texts.Count, InputTokens = 600, TruncatedDocuments = [new(1, 88)], QueryTokensCut = 3 },
        });
        await using var server = await TestServer.StartAsync(reranker: reranker);

        var reply = await server.PostAsync("/resift/rerank", $"{{\"query\":\"q\",\"documents\":{Documents}}}");

        var ranking = reply.Json.GetProperty("rankings")[0];
        Assert.Equal("""[{"index":1,"tokens_cut":88,"id":"b"}]""", ranking.GetProperty("truncated").GetRawText());
        Assert.Equal(3, ranking.GetProperty("query_tokens_cut").GetInt32());
        Assert.Equal("""{"pairs":3,"tokens":600}""", reply.Json.GetProperty("usage").GetRawText());
        Assert.Equal("1", reply.Header("X-Resift-Truncated"));
    }

    [Fact]
    public async Task Rerank_ThatAFallbackAnswers_KeepsItsOrderAndAppliesNoThreshold()
    {
        var reranker = Answering(documents => RerankResponse.Create([3, 2, 1], ScoreScale.Rank, topN: null) with
        {
            DegradedReason = "secret address",
        });
        await using var server = await TestServer.StartAsync(reranker: reranker);

        var reply = await server.PostAsync("/resift/rerank",
            $"{{\"query\":\"q\",\"documents\":{Documents},\"scale\":\"probability\",\"min_score\":0.9}}");

        var ranking = reply.Json.GetProperty("rankings")[0];
        Assert.Equal("rank", ranking.GetProperty("scale").GetString());
        Assert.Equal(3, ranking.GetProperty("results").GetArrayLength());
        Assert.False(ranking.GetProperty("min_score_applied").GetBoolean());
        Assert.True(ranking.GetProperty("degraded").GetBoolean());
        Assert.DoesNotContain("secret", reply.Json.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"documents":["q"]}""", 400, "empty", "'query' is missing")]
    [InlineData("""{"query":[],"documents":["q"]}""", 400, "empty", "at least one")]
    [InlineData("""{"query":["q"," "],"documents":["q"]}""", 400, "invalid", "Query 1")]
    [InlineData("""{"query":"q"}""", 400, "empty", "'documents' is missing")]
    [InlineData("""{"query":"q","documents":"q"}""", 400, "invalid", "an array")]
    [InlineData("""{"query":"q","documents":[{"id":"a"}]}""", 400, "invalid", "'text'")]
    [InlineData("""{"query":"q","documents":[{"id":1,"text":"q"}]}""", 400, "invalid", "'id'")]
    [InlineData("""{"query":"q","documents":["q","q","q","q"]}""", 422, "too_many", "at most 3")]
    [InlineData("""{"query":["q","q"],"documents":["q","q"]}""", 422, "too_many", "4 pairs")]
    [InlineData("""{"query":"q","documents":["q"],"top_n":0}""", 400, "invalid", "at least 1")]
    [InlineData("""{"query":"q","documents":["q"],"scale":"percent"}""", 400, "invalid", "'logit'")]
    [InlineData("""{"query":"q","documents":["q"],"min_score":0.5}""", 400, "invalid", "needs 'scale'")]
    [InlineData("""{"query":"q","documents":["q"],"min_score":50,"scale":"probability"}""", 400, "invalid", "from 0 to 1")]
    [InlineData("""{"query":"q","documents":["q"],"min_score":"high","scale":"logit"}""", 400, "invalid", "a number")]
    [InlineData("""{"query":"q","documents":["q"],"scale":"cosine"}""", 400, "invalid", "no formula")]
    [InlineData("""{"query":"q","documents":["q"],"truncation":"never"}""", 400, "invalid", "'chunk'")]
    [InlineData("""{"query":"q","documents":["q"],"truncation":"chunk"}""", 400, "invalid", "Chunk")]
    [InlineData("""{"query":"q","documents":["q"],"model":"nobody"}""", 404, "unknown_model", "words")]
    [InlineData("""{"query":""", 400, "malformed", "no JSON")]
    public async Task Rerank_OfABadRequest_IsAProblemThatSaysWhatWasExpected(string json, int status, string code, string expected)
    {
        await using var server = await TestServer.StartAsync(options => options.MaxDocuments = 3);

        using var response = await server.Client.PostAsync(
            new Uri("/resift/rerank", UriKind.Relative), new StringContent(json, Encoding.UTF8, "application/json"),
            TestContext.Current.CancellationToken);

        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.ToString());
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status, problem.RootElement.GetProperty("status").GetInt32());
        Assert.Equal(code, problem.RootElement.GetProperty("code").GetString());
        Assert.Equal("about:blank", problem.RootElement.GetProperty("type").GetString());
        Assert.NotEmpty(problem.RootElement.GetProperty("title").GetString()!);
        Assert.Contains(expected, problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(response.Headers.GetValues("X-Request-Id").Single(), problem.RootElement.GetProperty("request_id").GetString());
    }

    [Fact]
    public async Task Rerank_WithoutAKey_IsRefused()
    {
        await using var server = await TestServer.StartAsync(options => options.KeyHashes.Add(ResiftServerOptions.HashKey("secret")));

        var without = await server.PostAsync("/resift/rerank", """{"query":"q","documents":["q"]}""");
        var with = await server.PostAsync("/resift/rerank", """{"query":"q","documents":["q"]}""", ("Authorization", "Bearer secret"));

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (without.Status, with.Status));
        Assert.Equal("unauthorized", without.Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Rerank_OfMoreTokensThanARequestMayHave_CountsEachQuery()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxTokens = 5);

        // Four tokens and the query's one are a pair.
        var one = await server.PostAsync("/resift/rerank", """{"query":"four","documents":["0123456789abcdef"]}""");
        var two = await server.PostAsync("/resift/rerank", """{"query":["four","five"],"documents":["0123456789abcdef"]}""");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity), (one.Status, two.Status));
    }

    private static TestReranker Answering(Func<IReadOnlyList<string>, RerankResponse> answer) => new()
    {
        RerankAsyncCallback = (_, documents, _, _) => Task.FromResult(answer(documents)),
    };
}
