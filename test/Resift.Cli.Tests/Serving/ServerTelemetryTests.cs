using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Resift.Testing;

namespace Resift.Cli.Tests.Serving;

/// <summary>What <c>resift serve</c> says of itself: <c>/metrics</c>, OTLP and its log.</summary>
public sealed partial class ServerTelemetryTests
{
    private const string Secret = "zebra-4711";

    // Pinecone, whom no other test of this project asks: meters are those of the process.
    private const string Pinecone = """
        {"model":"rerank-v3.5","query":"zebra-4711","documents":[{"text":"zebra-4711"},{"text":"b"}]}
        """;

    [Fact]
    public async Task Metrics_AfterARequest_AreTextThatPrometheusReads()
    {
        await using var server = await RunningServer.StartAsync();
        await server.PostAsync("/pinecone/rerank", Pinecone);

        using var response = await server.SendAsync(HttpMethod.Get, "/metrics", json: null);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        var families = Parse(text);
        Assert.Contains("resift_server_active_tokens", families.Keys);
        Assert.Contains("http_server_request_duration_seconds", families.Keys);
        Assert.Contains("gen_ai_client_operation_duration_seconds", families.Keys);
        Assert.Contains("resift_server_tokens_total", families.Keys);
        var mine = families["gen_ai_server_request_duration_seconds"].Where(sample =>
            sample.Labels.Contains("resift_server_dialect=\"pinecone\"", StringComparison.Ordinal)
            && sample.Labels.Contains("http_response_status_code=\"200\"", StringComparison.Ordinal)).ToList();
        var buckets = mine.Where(sample => sample.Name.EndsWith("_bucket", StringComparison.Ordinal)).ToList();
        Assert.Equal(15, buckets.Count);
        Assert.Equal(buckets.Select(bucket => bucket.Value).Order(), buckets.Select(bucket => bucket.Value));
        Assert.EndsWith("le=\"+Inf\"", buckets[^1].Labels, StringComparison.Ordinal);
        Assert.Equal(1, buckets[^1].Value);
        Assert.Equal(1, Assert.Single(mine, sample => sample.Name.EndsWith("_count", StringComparison.Ordinal)).Value);
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_OfAServerWithKeys_NeedOneUnlessTheyAreOpen()
    {
        string hash = AspNetCore.ResiftServerOptions.HashKey("test");
        await using var closed = await RunningServer.StartAsync("--key-hash", hash);
        await using var open = await RunningServer.StartAsync("--key-hash", hash, "--open-metrics");

        using var refused = await closed.SendAsync(HttpMethod.Get, "/metrics", json: null);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.ToString());
        Assert.Equal(HttpStatusCode.OK, (await closed.GetAsync("/metrics", key: "test")).Status);
        Assert.Equal(HttpStatusCode.OK, (await open.GetAsync("/metrics")).Status);
    }

    [Fact]
    public async Task Otlp_WithAnEndpointInTheEnvironment_GetsMetricsAndTracesWithoutTexts()
    {
        await using var collector = new LoopbackServer(_ => new LoopbackReply { ContentType = "application/x-protobuf" });
        var cli = new CommandLine();
        cli.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString();
        cli.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        cli.Environment["OTEL_SERVICE_NAME"] = "my-reranker";
        await using (var server = await RunningServer.StartAsync(cli, configuration: null, handler: null))
        {
            await server.PostAsync("/pinecone/rerank", Pinecone);
        }

        string metrics = Sent(collector, "/v1/metrics");
        string traces = Sent(collector, "/v1/traces");
        Assert.Contains("gen_ai.server.request.duration", metrics, StringComparison.Ordinal);
        Assert.Contains("my-reranker", metrics, StringComparison.Ordinal);
        Assert.Contains("resift.server.dialect", traces, StringComparison.Ordinal);
        Assert.Contains("rerank", traces, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, metrics + traces, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_AsJson_HasALineForEachRequestAndNothingOfItsTexts()
    {
        await using var server = await RunningServer.StartAsync("--log", "json");
        await server.PostAsync("/pinecone/rerank", Pinecone);
        await server.PostAsync("/v2/rerank", $$"""{"model":"{{Secret}}","query":"q","documents":["q"]}""");
        await server.StopAsync();

        var lines = server.Cli.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonElement.Parse(line)).ToDictionary(line => line.GetProperty("fields").GetProperty("dialect").GetString()!);
        var answered = lines["pinecone"].GetProperty("fields");
        Assert.Equal(200, answered.GetProperty("status").GetInt32());
        Assert.Equal(2, answered.GetProperty("documents").GetInt32());
        Assert.Equal(ModelFolder.StrongReranker, answered.GetProperty("model").GetString());
        Assert.True(Guid.TryParse(answered.GetProperty("requestId").GetString(), out _));
        Assert.Equal("unknown_model", lines["cohere-v2"].GetProperty("fields").GetProperty("error").GetString());
        Assert.DoesNotContain(Secret, server.Cli.Error, StringComparison.Ordinal);
    }

    private static string Sent(LoopbackServer collector, string path) => string.Concat(collector.Requests
        .Where(request => request.Path == path).Select(request => Encoding.Latin1.GetString(request.Body)));

    // Strictly: each family once, with help and type before its samples, and each sample of the form that the format has.
    private static Dictionary<string, List<(string Name, string Labels, double Value)>> Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var families = new Dictionary<string, List<(string Name, string Labels, double Value)>>();
        string family = "";
        foreach (string line in text[..^1].Split('\n'))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                family = line.Split(' ')[2];
                families.Add(family, []);
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                Assert.Matches($"^# TYPE {family} (counter|gauge|histogram)$", line);
            }
            else
            {
                var match = Sample().Match(line);
                Assert.True(match.Success, line);
                Assert.StartsWith(family, match.Groups[1].Value, StringComparison.Ordinal);
                families[family].Add((match.Groups[1].Value, match.Groups[2].Value,
                    double.Parse(match.Groups[3].ValueSpan, CultureInfo.InvariantCulture)));
            }
        }

        return families;
    }

    [GeneratedRegex("""^([a-z_][a-z0-9_]*)\{((?:[a-z_][a-z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\} (-?[0-9.E+-]+)$""")]
    private static partial Regex Sample();
}
