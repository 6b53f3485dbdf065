using System.Text.Json;
using System.Text.Json.Nodes;
using Resift.Testing;

namespace Resift.Cli.Tests.Doctor;

/// <summary><c>resift doctor --provider</c> against servers that are well, and ill in each way that it knows.</summary>
public sealed class DoctorProviderTests : IDisposable
{
    private const string Key = "secret-key-of-a-test";

    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Doctor_HealthyServer_IsOkInEveryCheck()
    {
        await using var server = ScoringApi.Serve(Right);
        _cli.Environment["CO_API_KEY"] = Key;

        int code = await DoctorAsync("cohere", server.Address);

        Assert.Equal((ExitCode.Ok, ""), (code, _cli.Error));
        Assert.Equal(
            [
                "key ok CO_API_KEY is set", $"network ok {server.Address.GetLeftPart(UriPartial.Authority)} answers",
                "endpoint ok it speaks the API of cohere", "answer ok every document of 3 questions has one score",
                "order ok it depends on what the documents say", "head ok the answer is above 9 of 9 documents about something else",
                "scale ok probability, here from 0.01 to 0.97", "company ok the same document scores 0.97 among others and 0.97 alone",
                "truncation ok a document of 40,018 characters that begins with the answer is still the best; whether all of it was read " +
                    "is not said",
            ],
            Found().Select(check => $"{check.Name} {check.Outcome} {check.Message}"));
        Assert.Equal(5, server.Requests.Count);
        Assert.DoesNotContain(Key, _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_Text_HasALineForEachCheckAndASummary()
    {
        await using var server = new LoopbackServer(LoopbackReply.Json("""{"message":"invalid api token"}""", 401));
        _cli.Environment["CO_API_KEY"] = Key;

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("doctor", "--provider", "cohere", "--endpoint", $"{server.Address}"));

        string[] lines = _cli.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal($"cohere at {server.Address}v2/rerank", lines[0]);
        Assert.StartsWith(
            "  fail     key         Cohere answered 401 (Unauthorized): invalid api token.", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(
            "The key in CO_API_KEY is refused: copy it again, and check that it may rerank.", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("  skipped  network     'key' has to be right first.", lines[2], StringComparison.Ordinal);
        Assert.Equal("1 of 9 checks failed.", lines[^1]);
        Assert.Equal(11, lines.Length);
    }

    [Fact]
    public async Task Doctor_NoKey_NamesTheVariableAndAsksNobody()
    {
        Assert.Equal(ExitCode.Error, await DoctorAsync("voyage", null));

        Assert.Contains("Set the environment variable VOYAGE_API_KEY", Only("key").Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_KeyThatCannotBeOne_IsNotShown()
    {
        _cli.Environment["VOYAGE_API_KEY"] = "two words";

        Assert.Equal(ExitCode.Error, await DoctorAsync("voyage", null));

        Assert.Contains("The API key", Only("key").Message, StringComparison.Ordinal);
        Assert.DoesNotContain("two words", _cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, """{"message":"no"}""", "key", "A key is wanted: set TEI_API_KEY.")]
    [InlineData(404, """{"message":"no"}""", "endpoint", "The address is not that of tei's API")]
    [InlineData(405, "", "endpoint", "The address is not that of tei's API")]
    [InlineData(301, "", "endpoint", "The address is not that of tei's API")]
    [InlineData(424, """{"error":"model is not a re-ranker model","error_type":"Backend"}""", "head", "no reranker")]
    [InlineData(402, "{}", "answer", "balance")]
    [InlineData(429, "{}", "answer", "rate limit")]
    [InlineData(503, "{}", "answer", "look into its log")]
    [InlineData(422, "{}", "answer", "check the name of the model")]
    [InlineData(200, """{"object":"list"}""", "endpoint", "Something else answers there")]
    [InlineData(200, """[{"index":0,"score":0.5}]""", "answer", "does not keep to tei's API")]
    public async Task Doctor_BadAnswer_FailsTheCheckThatItBelongsTo(int status, string body, string check, string advice)
    {
        await using var server = new LoopbackServer(LoopbackReply.Json(body, status));

        Assert.Equal(ExitCode.Error, await DoctorAsync("tei", server.Address));

        Assert.Contains(advice, Only(check).Advice, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Doctor_Html_IsTheWrongEndpoint()
    {
        await using var server = new LoopbackServer(LoopbackReply.Json("<html>Welcome</html>") with { ContentType = "text/html" });

        Assert.Equal(ExitCode.Error, await DoctorAsync("tei", server.Address));

        Assert.Contains("text/html", Only("endpoint").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tei")]
    [InlineData("llm")]
    public async Task Doctor_NobodyListens_IsTheNetwork(string provider)
    {
        Uri address;
        await using (var server = new LoopbackServer(LoopbackReply.Json("[]")))
        {
            address = server.Address;
        }

        Assert.Equal(ExitCode.Error, await DoctorAsync(provider, address));

        Assert.Contains("Nothing accepts connections there", Only("network").Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tei")]
    [InlineData("llm")]
    public async Task Doctor_ServerHangs_IsTheNetworkAfterTheTimeout(string provider)
    {
        await using var server = new LoopbackServer(new LoopbackReply { HeadersAfter = LoopbackReply.Never });

        Assert.Equal(ExitCode.Error, await DoctorAsync(provider, server.Address, "--timeout", "1"));

        Assert.Contains("Too late", Only("network").Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError, "DNS")]
    [InlineData(HttpRequestError.SecureConnectionError, "certificate")]
    [InlineData(HttpRequestError.ResponseEnded, "broke off")]
    public void Diagnosis_NetworkErrors_HaveTheirOwnAdvice(HttpRequestError kind, string advice)
    {
        var connection = ProviderConnection.Find(RemoteProvider.Find("tei")!, new("tei", "tei"), _ => null);

        var found = FailureDiagnosis.Create(new("No.", new HttpRequestException(kind, "x")), connection);

        Assert.Equal(("network", CheckOutcome.Fail), (found.Name, found.Outcome));
        Assert.Contains(advice, found.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_AllScoresEqual_FailsTheOrder()
    {
        await using var server = ScoringApi.Serve((_, _) => 0.4242);

        Assert.Equal(ExitCode.Error, await DoctorAsync("tei", server.Address));

        Assert.Contains("the same score", Only("order").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Doctor_InputOrder_FailsTheOrder(int direction)
    {
        await using var server = new LoopbackServer(request => ScoringApi.Answer(
            request, (_, documents) => [.. documents.Select((_, index) => 0.5 - (direction * 0.1 * index))]));

        Assert.Equal(ExitCode.Error, await DoctorAsync("tei", server.Address));

        Assert.Contains("follow the order of the input", Only("order").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_ScoresThatTellNothingApart_FailTheHead()
    {
        // As a head without training: it depends on the text, but not on its meaning.
        await using var server = ScoringApi.Serve((_, document) => document.Sum(letter => letter) % 97 / 100.0);

        Assert.Equal(ExitCode.Error, await DoctorAsync("tei", server.Address));

        Assert.Contains("no trained weights", Check("head").Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_UpsideDown_FailsTheHead()
    {
        await using var server = ScoringApi.Serve((query, document) => 1 - Right(query, document));

        Assert.Equal(ExitCode.Error, await DoctorAsync("tei", server.Address));

        Assert.Contains("upside down", Check("head").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_DoubleSigmoid_FailsTheScale()
    {
        await using var server = ScoringApi.Serve((query, document) => 1 / (1 + Math.Exp(-Right(query, document))));

        Assert.Equal(ExitCode.Error, await DoctorAsync("tei", server.Address));

        Assert.Contains("The sigmoid is applied twice", Only("scale").Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_LogitsAsProbabilities_FailTheScale()
    {
        await using var server = ScoringApi.Serve(
            (query, document) => ScoreScale.Probability.Convert(Right(query, document), ScoreScale.Logit));

        Assert.Equal(ExitCode.Error, await DoctorAsync("tei", server.Address));

        Assert.Contains("said to be probabilities, but reach from -4.5951 to 3.4761", Only("scale").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_ProbabilitiesAsLogits_FailTheScale()
    {
        await using var server = ScoringApi.Serve(Right);

        Assert.Equal(ExitCode.Error, await DoctorAsync("llamacpp", server.Address));

        Assert.Contains("these are probabilities", Only("scale").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_ScoresByRequest_FailTheCompany()
    {
        await using var server = new LoopbackServer(request => ScoringApi.Answer(request, (query, documents) =>
        {
            // A softmax over the documents of the request.
            double[] weights = [.. documents.Select(document => Math.Exp(3 * Right(query, document)))];
            return [.. weights.Select(weight => weight / weights.Sum())];
        }));

        Assert.Equal(ExitCode.Error, await DoctorAsync("tei", server.Address));

        Assert.Contains("alone, though each is said to be scored on its own", Only("company").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_LongDocumentsRefused_FailTheTruncation()
    {
        await using var server = new LoopbackServer(request => request.Body.Length > 20_000
            ? LoopbackReply.Json("""{"error":"`inputs` must have less than 512 tokens","error_type":"Validation"}""", 422)
            : ScoringApi.Answer(request, (query, documents) => [.. documents.Select(document => Right(query, document))]));

        Assert.Equal(ExitCode.Error, await DoctorAsync("tei", server.Address));

        Assert.Contains("--auto-truncate", Only("truncation").Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_BeginningIsCut_FailsTheTruncation()
    {
        await using var server = ScoringApi.Serve((query, document) => Right(query, document[Math.Max(0, document.Length - 2_000)..]));

        Assert.Equal(ExitCode.Error, await DoctorAsync("tei", server.Address));

        Assert.Contains("let the server cut at the end", Only("truncation").Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_LlmThatFollowsThePrompt_IsHealthy()
    {
        int call = 0;
        int[] answers = [3, 2, 4, 3];
        await using var server = new LoopbackServer(_ => Chat($$"""{"ranking":[{{answers[Math.Min(call++, 3)]}}]}"""));

        int code = await DoctorAsync("llm", server.Address);

        Assert.Equal((ExitCode.Ok, ""), (code, _cli.Error));
        Assert.Equal(("skipped", "skipped"), (Check("scale").Outcome, Check("company").Outcome));
        Assert.Contains("tokens were not read", Check("truncation").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_LlmThatChats_FailsTheAnswer()
    {
        await using var server = new LoopbackServer(_ => Chat("I like penguins."));

        Assert.Equal(ExitCode.Error, await DoctorAsync("llm", server.Address));

        Assert.Contains("choose a stronger one", Only("answer").Advice, StringComparison.Ordinal);
    }

    private static LoopbackReply Chat(string text) => LoopbackReply.Json(new JsonObject
    {
        ["id"] = "1",
        ["object"] = "chat.completion",
        ["created"] = 1,
        ["model"] = "m",
        ["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["finish_reason"] = "stop",
            ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = text },
        }),
    }.ToJsonString());

    private static double Right(string query, string document)
    {
        var golden = GoldenQuery.All.Single(golden => golden.Query == query);
        return document.Contains(golden.Documents[golden.Answer], StringComparison.Ordinal) ? 0.97 : 0.01;
    }

    private Task<int> DoctorAsync(string provider, Uri? endpoint, params string[] options) => _cli.RunAsync(
        [
            "doctor", "--provider", provider, "--format", "json",
            .. endpoint is null ? Array.Empty<string>() : ["--endpoint", $"{endpoint}"], .. options,
        ]);

    private IReadOnlyList<Finding> Found()
    {
        using var json = JsonDocument.Parse(_cli.Output);
        return
        [
            .. json.RootElement.GetProperty("checks").EnumerateArray().Select(check => new Finding(
                check.GetProperty("check").GetString()!, check.GetProperty("outcome").GetString()!,
                check.GetProperty("message").GetString()!, check.GetProperty("advice").GetString() ?? "")),
        ];
    }

    private Finding Check(string name) => Assert.Single(Found(), check => check.Name == name);

    // The one that failed, and no other.
    private Finding Only(string name)
    {
        var failed = Assert.Single(Found(), check => check.Outcome == "fail");
        Assert.Equal(name, failed.Name);
        return failed;
    }

    private sealed record Finding(string Name, string Outcome, string Message, string Advice);
}
