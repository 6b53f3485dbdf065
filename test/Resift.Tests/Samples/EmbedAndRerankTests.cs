using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Resift.Testing;
using Resift.Tests.Providers;

namespace Resift.Tests.Samples;

/// <summary>Runs the sample as a user does: embeddings of one server, then the reranker of another.</summary>
public sealed class EmbedAndRerankTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EmbedAndRerank_TwoServers_RerankerGetsTheNearestAndDecides()
    {
        await using var embeddings = new LoopbackServer(Embed);
        await using var cohere = new LoopbackServer(ProviderCase.All["cohere-v2"].Answer);

        var (code, output, error) = await RunAsync(embeddings.Address, cohere.Address, ProviderCase.Key);

        Assert.Equal((0, ""), (code, error));
        Assert.All(embeddings.Requests, request => Assert.Equal(
            ("/embeddings", "text-embedding-3-small"), (request.Path, request.Json.GetProperty("model").GetString())));
        var sent = Assert.Single(cohere.Requests).Json.GetProperty("documents");
        Assert.Equal(4, sent.GetArrayLength());

        // The shorter a text is here, the nearer; the reranker counts the words that it shares with the query.
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Contains("at place 1  My Python script", lines[0], StringComparison.Ordinal);
        Assert.Contains("at place 3  To fix a memory leak", lines[1], StringComparison.Ordinal);
        Assert.Contains("at place 2  A leak under the kitchen sink", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmbedAndRerank_WrongKey_SaysSo()
    {
        await using var embeddings = new LoopbackServer(Embed);
        await using var cohere = new LoopbackServer(ProviderCase.All["cohere-v2"].Answer);

        var (code, _, error) = await RunAsync(embeddings.Address, cohere.Address, "another-key");

        Assert.Equal(1, code);
        Assert.Contains("invalid api token", error, StringComparison.Ordinal);
    }

    // Directions in a plane: the query's is to the right, and a text turns away the more, the longer it is.
    private static LoopbackReply Embed(LoopbackRequest request)
    {
        var input = request.Json.GetProperty("input");
        string[] texts = input.ValueKind == JsonValueKind.Array ? [.. input.EnumerateArray().Select(text => text.GetString()!)] : [];
        JsonArray data = [.. texts.Select((text, index) => new JsonObject
        {
            ["object"] = "embedding",
            ["index"] = index,
            ["embedding"] = Vector(text),
        })];
        return LoopbackReply.Json(new JsonObject
        {
            ["object"] = "list",
            ["data"] = data,
            ["model"] = "text-embedding-3-small",
            ["usage"] = new JsonObject { ["prompt_tokens"] = 8, ["total_tokens"] = 8 },
        }.ToJsonString());
    }

    private static string Vector(string text)
    {
        double angle = text.StartsWith("How", StringComparison.Ordinal) ? 0 : text.Length / 1000.0;
        float[] vector = [(float)Math.Cos(angle), (float)Math.Sin(angle)];
        return Convert.ToBase64String(MemoryMarshal.AsBytes(vector.AsSpan()));
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(Uri embeddings, Uri cohere, string key)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "EmbedAndRerank.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OPENAI_API_KEY"] = "test";
        start.Environment["OPENAI_BASE_URL"] = embeddings.ToString();
        start.Environment["CO_API_KEY"] = key;
        start.Environment["CO_API_URL"] = cohere.ToString();
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        var error = process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, await output, await error);
    }
}
