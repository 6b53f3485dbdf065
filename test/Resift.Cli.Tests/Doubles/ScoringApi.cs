using System.Globalization;
using System.Text.Json;
using Resift.Testing;

namespace Resift.Cli.Tests;

/// <summary>Answers requests in the form of Cohere, or of TEI where texts are asked for, with scores that a function gives.</summary>
internal static class ScoringApi
{
    public static LoopbackServer Serve(Func<string, string, double> score) =>
        new(request => Answer(request, (query, documents) => [.. documents.Select(document => score(query, document))]));

    public static LoopbackReply Answer(LoopbackRequest request, Func<string, IReadOnlyList<string>, double[]> scores)
    {
        var json = request.Json;
        bool isTei = json.TryGetProperty("texts", out var list);
        string[] documents = [.. (isTei ? list : json.GetProperty("documents")).EnumerateArray().Select(Text)];
        var results = scores(json.GetProperty("query").GetString()!, documents).Select((score, index) => string.Create(
            CultureInfo.InvariantCulture, $$"""{"index":{{index}},"{{(isTei ? "score" : "relevance_score")}}":{{score:R}}}"""));
        string joined = $"[{string.Join(',', results)}]";
        return LoopbackReply.Json(isTei ? joined : $$"""{"id":"a","results":{{joined}}}""");
    }

    private static string Text(JsonElement document) =>
        document.ValueKind == JsonValueKind.Object ? document.GetProperty("text").GetString()! : document.GetString()!;
}
