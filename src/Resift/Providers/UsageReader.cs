using System.Globalization;
using System.Text.Json;

namespace Resift;

/// <summary>Finds what a call consumed, wherever an API says so. What is not said, or makes no sense, is unknown: never 0.</summary>
internal static class UsageReader
{
    // No call consumes more, and sums of such numbers stay exact.
    private const double Largest = 1e12;

    // TEI, Bedrock.
    private static readonly string[] _tokenHeaders = ["x-compute-tokens", "x-amzn-bedrock-input-token-count"];

    // Voyage, Jina, vLLM and others; Isaacus; Cohere; SiliconFlow; DeepInfra; ZeroEntropy.
    private static readonly string[][] _tokens =
    [
        ["usage", "total_tokens"],
        ["usage", "prompt_tokens"],
        ["usage", "input_tokens"],
        ["meta", "tokens", "input_tokens"],
        ["meta", "billed_units", "input_tokens"],
        ["tokens", "input_tokens"],
        ["input_tokens"],
        ["total_tokens"],
    ];

    // Cohere; Pinecone; OpenRouter.
    private static readonly string[][] _searchUnits =
    [
        ["meta", "billed_units", "search_units"],
        ["usage", "rerank_units"],
        ["usage", "search_units"],
    ];

    /// <summary>Gets the tokens that were read, by the answer's body or else its headers.</summary>
    public static long? InputTokens(HttpResponseMessage response, JsonElement root) =>
        First(root, _tokens) is { } tokens && tokens == Math.Floor(tokens) ? (long)tokens : InputTokens(response);

    /// <summary>Gets the searches that are billed.</summary>
    public static double? SearchUnits(JsonElement root) => First(root, _searchUnits);

    private static long? InputTokens(HttpResponseMessage response)
    {
        foreach (string header in _tokenHeaders)
        {
            if (response.Headers.TryGetValues(header, out var values) &&
                long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out long tokens) && tokens <= Largest)
            {
                return tokens;
            }
        }

        return null;
    }

    private static double? First(JsonElement root, string[][] paths)
    {
        foreach (string[] path in paths)
        {
            if (Number(root, path) is { } number)
            {
                return number;
            }
        }

        return null;
    }

    private static double? Number(JsonElement root, string[] path)
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
