using System.Text.Json;
using Resift.Testing;

namespace Resift.Cli.Tests.Providers;

/// <summary>Temperature and schema of language models: set by command line or file, and left out where a server refuses them.</summary>
public sealed class RefusedParameterTests : IDisposable
{
    private const string Temperature = "temperature";
    private const string Schema = "response_format";

    // The first as OpenAI's reasoning models say it, the second in another form than OpenAI's.
    private static readonly Dictionary<string, string> _refusals = new()
    {
        [Temperature] = """{"error":{"message":"Unsupported value","param":"temperature","code":"unsupported_value","type":"x"}}""",
        [Schema] = """{"object":"error","message":"response_format json_schema is not supported","code":400}""",
    };

    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData(Temperature)]
    [InlineData(Schema)]
    public async Task RerankRun_RefusedParameter_IsLeftOutOfAllLaterRequests(string parameter)
    {
        await using var server = Serve(parameter);
        string corpus = _cli.File("corpus.jsonl", "{\"_id\":\"a\",\"text\":\"a\"}\n{\"_id\":\"b\",\"text\":\"b\"}");
        var ids = Enumerable.Range(1, 9);
        string queries = _cli.File("queries.jsonl", string.Join('\n', ids.Select(id => $$"""{"_id":"{{id}}","text":"x"}""")));
        string run = _cli.File("run.trec", string.Concat(ids.Select(id => $"{id} Q0 a 1 2 t\n{id} Q0 b 2 1 t\n")));

        int code = await _cli.RunAsync(
            "rerank", "--corpus", corpus, "--queries", queries, "--run", run, "--provider", "llm", "--endpoint", $"{server.Address}v1");

        Assert.Equal(ExitCode.Ok, code);
        Assert.DoesNotContain("degraded", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(9, server.Requests.Count(request => !Has(request, parameter)));
        // As many as are under way before the first answer.
        Assert.InRange(server.Requests.Count(request => Has(request, parameter)), 1, 4);
    }

    [Fact]
    public async Task Rerank_SetOnTheCommandLine_IsSentSo()
    {
        await using var server = Serve();

        Assert.Equal((ExitCode.Ok, ""), (await RerankAsync(server, "--temperature", "0.25"), _cli.Error));
        Assert.Equal((ExitCode.Ok, ""), (await RerankAsync(server, "--temperature", "none", "--structured-output", "off"), _cli.Error));

        Assert.Equal(0.25, server.Requests[0].Json.GetProperty(Temperature).GetDouble());
        Assert.True(Has(server.Requests[0], Schema));
        Assert.False(Has(server.Requests[1], Temperature) || Has(server.Requests[1], Schema));
    }

    [Theory]
    [InlineData("""  "temperature": 0.5, "structuredOutput": false """, 0.5, false)]
    [InlineData("""  "temperature": "none" """, null, true)]
    public async Task Rerank_SetInTheFile_IsSentSo(string properties, double? temperature, bool hasSchema)
    {
        await using var server = Serve();
        string file = _cli.File("mine.json", $$"""
            { "rerankers": { "mine": { "provider": "llm", "endpoint": "{{server.Address}}v1", {{properties}} } } }
            """);

        int code = await _cli.RunWithInputAsync("a\nb", "rerank", "x", "--provider", "mine", "--config", file);

        Assert.Equal((ExitCode.Ok, ""), (code, _cli.Error));
        var request = Assert.Single(server.Requests);
        Assert.Equal(temperature, request.Json.TryGetProperty(Temperature, out var sent) ? sent.GetDouble() : null);
        Assert.Equal(hasSchema, Has(request, Schema));
    }

    [Theory]
    [InlineData("--temperature", "hot", "--temperature expects a number from 0 to 2, or none, but got 'hot'")]
    [InlineData("--temperature", "3", "--temperature expects a number from 0 to 2, or none, but got '3'")]
    [InlineData("--structured-output", "yes", "--structured-output expects one of on, off, but got 'yes'")]
    public async Task Rerank_WrongValue_SaysWhatWasExpected(string option, string value, string expected)
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunWithInputAsync("a\nb", "rerank", "x", "--provider", "llm", option, value));
        Assert.Contains(expected, _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_NoLanguageModel_RefusesWhatIsAboutOne()
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunWithInputAsync("a\nb", "rerank", "x", "--temperature", "0"));
        Assert.Contains("--temperature is about language models, and local is none", _cli.Error, StringComparison.Ordinal);
        _cli.Clear();

        string file = _cli.File("mine.json", """{ "rerankers": { "mine": { "provider": "tei", "structuredOutput": true } } }""");
        Assert.Equal(ExitCode.Error, await _cli.RunWithInputAsync("a", "rerank", "x", "--provider", "mine", "--config", file));
        Assert.Contains("are about language models, and tei is none", _cli.Error, StringComparison.Ordinal);
        _cli.Clear();

        file = _cli.File("mine.json", """{ "rerankers": { "mine": { "provider": "llm", "temperature": "warm" } } }""");
        Assert.Equal(ExitCode.Error, await _cli.RunWithInputAsync("a", "rerank", "x", "--provider", "mine", "--config", file));
        Assert.Contains("has the temperature warm; a number from 0 to 2, or none was expected", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_RefusedTemperature_IsLeftOutAndSaid()
    {
        await using var server = Serve(Temperature);
        _cli.File("docs/reset.md", "# Reset\n\nTo undo a commit use git reset.");
        await _cli.RunAsync("index", _cli.At("docs"), "--db", _cli.At("x.db"));
        _cli.Clear();

        int code = await _cli.RunAsync(
            "ask", "undo a commit", "--db", _cli.At("x.db"), "--endpoint", $"{server.Address}v1", "--temperature", "0.5");

        Assert.Equal((ExitCode.Ok, "resift: the model's server refuses temperature, which was left out\n"), (code, _cli.Error));
        Assert.Equal([true, false], server.Requests.Select(request => Has(request, Temperature)));
    }

    private Task<int> RerankAsync(LoopbackServer server, params string[] more) => _cli.RunWithInputAsync(
        "a\nb", ["rerank", "x", "--provider", "llm", "--endpoint", $"{server.Address}v1", .. more]);

    private static LoopbackServer Serve(params string[] refused) => new(request =>
        refused.FirstOrDefault(parameter => Has(request, parameter)) is { } parameter
            ? LoopbackReply.Json(_refusals[parameter], 400)
            : ChatReply.To(request, """{"ranking":["2","1"]} [1]"""));

    private static bool Has(LoopbackRequest request, string parameter) =>
        request.Json.TryGetProperty(parameter, out var value) && value.ValueKind != JsonValueKind.Null;
}
