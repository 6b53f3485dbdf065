using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Resift.Cli;

/// <summary>
/// Compares a bundled model with the reference values in its folder, which another runtime computed from the same weights.
/// </summary>
internal static class GoldenFile
{
    private const string Name = "golden.jsonl";

    // Enough to meet every layer with texts of many kinds, and short enough for a second.
    private const int MostLines = 24;

    private const double LogitTolerance = 1e-3;
    private const double LeastCosine = 0.99999;
    private const string Advice = "The model's files or this processor's arithmetic are wrong: install the tool again.";

    /// <summary>Compares the logits of the model's head, before any calibration.</summary>
    public static async Task<CheckResult> CompareAsync(
        string folder, LocalModelInfo info, IReranker reranker, CancellationToken cancellationToken)
    {
        double largest = 0;
        foreach (var line in Read(folder))
        {
            string document = line.GetProperty("document").GetString()!;
            var response = await reranker.RerankAsync(line.GetProperty("query").GetString()!, [document], null, cancellationToken);
            largest = Math.Max(largest, Math.Abs(ReferenceScores.HeadLogit(info, response) - line.GetProperty("logit").GetDouble()));
        }

        return Result(largest <= LogitTolerance, string.Create(
            CultureInfo.InvariantCulture, $"logits are within {largest:0.#####} of those that this model should give"));
    }

    /// <summary>Compares the directions of vectors.</summary>
    public static async Task<CheckResult> CompareAsync(
        string folder, IEmbeddingGenerator<string, Embedding<float>> embedder, CancellationToken cancellationToken)
    {
        var lines = Read(folder);
        var vectors = await embedder.GenerateAsync(lines.Select(line => line.GetProperty("text").GetString()!), null, cancellationToken);
        double least = lines.Zip(vectors, (line, vector) => Cosine(vector.Vector.Span, line.GetProperty("embedding"))).Min();
        return Result(least >= LeastCosine, string.Create(
            CultureInfo.InvariantCulture, $"vectors have a cosine of {least:0.#######} or more with those that this model should give"));
    }

    private static CheckResult Result(bool good, string found) =>
        good ? CheckResult.Ok(Checks.Golden, found) : CheckResult.Fail(Checks.Golden, found, Advice);

    // Only what was read whole, so that it does not matter how many tokens the model is told to read.
    private static List<JsonElement> Read(string folder) =>
    [
        .. File.ReadLines(Path.Combine(folder, Name))
            .Select(line => JsonElement.Parse(line))
            .Where(line => line.GetProperty("tokens").GetInt32() < line.GetProperty("max_length").GetInt32())
            .Take(MostLines),
    ];

    private static double Cosine(ReadOnlySpan<float> vector, JsonElement expected)
    {
        double dot = 0, squares = 0, expectedSquares = 0;
        int i = 0;
        foreach (var number in expected.EnumerateArray())
        {
            double value = number.GetDouble();
            dot += vector[i] * value;
            squares += vector[i] * vector[i];
            expectedSquares += value * value;
            i++;
        }

        return dot / Math.Sqrt(squares * expectedSquares);
    }
}
