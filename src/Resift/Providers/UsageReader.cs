using System.Globalization;
using System.Text.Json;

namespace Resift;

/// <summary>Finds what a call consumed, wherever an API says so. What is not said, or makes no sense, is unknown: never 0.</summary>
internal static class UsageReader
{
    // No call consumes more, and sums of such numbers stay exact.
    private const double Largest = 1e12;

    /// <summary>Voyage, Jina, vLLM and others: <c>usage</c>; Cohere: <c>meta.tokens</c> or <c>meta.billed_units</c>.</summary>
    public static long? InputTokens(JsonElement root) =>
        Count(root, "usage", "total_tokens") ?? Count(root, "usage", "prompt_tokens") ??
        Count(root, "meta", "tokens", "input_tokens") ?? Count(root, "meta", "billed_units", "input_tokens");

    /// <summary>TEI says it in a header.</summary>
    public static long? InputTokens(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-compute-tokens", out var values) &&
        long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out long tokens) && tokens <= Largest
            ? tokens
            : null;

    /// <summary>Cohere: <c>meta.billed_units.search_units</c>; Pinecone: <c>usage.rerank_units</c>.</summary>
    public static double? SearchUnits(JsonElement root) =>
        Number(root, "meta", "billed_units", "search_units") ?? Number(root, "usage", "rerank_units");

    private static long? Count(JsonElement root, params ReadOnlySpan<string> path) =>
        Number(root, path) is { } number && number == Math.Floor(number) ? (long)number : null;

    private static double? Number(JsonElement root, params ReadOnlySpan<string> path)
    {
        foreach (string name in path)
        {
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(name, out root))
            {
                return null;
            }
        }

        return root.ValueKind == JsonValueKind.Number && root.TryGetDouble(out double number) && number is >= 0 and <= Largest
            ? number
            : null;
    }
}
