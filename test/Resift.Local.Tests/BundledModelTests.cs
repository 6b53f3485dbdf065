using System.Text.Json;
using Microsoft.Extensions.AI;
using Resift.Testing;

namespace Resift.Local.Tests;

/// <summary>
/// The bundled models against the golden values beside them, computed by transformers in fp32 from the same stored weights.
/// </summary>
public sealed class BundledModelTests
{
    // Longer pairs and more layers are computed by the same code: each width of vectors need not see them.
    [Theory]
    [InlineData(MiniModels.RerankerName, 64, 52)]
    [InlineData(MiniModels.RerankerName, 128, 52)]
    [Trait("Engine", "Parity")]
    public Task RerankAsync_ShortGoldenPairs_GiveTheReferenceLogits(string model, int maxTokens, int pairCount) =>
        RerankAsync_GoldenPairs_GiveTheReferenceLogits(model, maxTokens, pairCount);

    // What rounding to 8 bits costs in order is measured on the data sets (docs/measurements.md); here it may not go far astray.
    [Theory]
    [InlineData(MiniModels.RerankerName, 128, 52)]
    [InlineData(MiniLM12Model.RerankerName, 128, 52)]
    [Trait("Engine", "Parity")]
    public async Task RerankAsync_GoldenPairsInInt8_StayNearTheReferenceLogits(string model, int maxTokens, int pairCount) =>
        Assert.InRange(await WorstAsync(model, maxTokens, pairCount, LocalPrecision.Int8), 1e-3, 0.4);

    [Theory]
    [InlineData(MiniModels.RerankerName, 256, 52)]
    [InlineData(MiniModels.RerankerName, 512, 51)]
    [InlineData(MiniLM12Model.RerankerName, 64, 52)]
    [InlineData(MiniLM12Model.RerankerName, 128, 52)]
    public async Task RerankAsync_GoldenPairs_GiveTheReferenceLogits(string model, int maxTokens, int pairCount) =>
        Assert.InRange(await WorstAsync(model, maxTokens, pairCount, LocalPrecision.Single), 0, 1e-3);

    [Theory]
    [InlineData(MiniModels.RerankerName)]
    [InlineData(MiniLM12Model.RerankerName)]
    public async Task RerankAsync_ObviousDocuments_ProbabilitiesAreHighAndLow(string model)
    {
        using var reranker = Load(model, new());
        string[] documents =
        [
            "Canberra is the capital of Australia; it was founded in 1913 as a compromise between Sydney and Melbourne.",
            "Knead the dough for ten minutes and let it rise in a warm place until it has doubled.",
        ];

        var response = await reranker.RerankAsync(
            "What is the capital of Australia?", documents, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(0, response.Results[0].Index);
        Assert.InRange(response.Results[0].Score, 0.5, 1);
        Assert.InRange(response.Results[1].Score, 0, 0.05);
    }

    [Fact]
    [Trait("Engine", "Parity")]
    public async Task GenerateAsync_GoldenTexts_GiveTheReferenceVectors()
    {
        using var embedder = MiniModels.LoadEmbeddingGenerator();
        var texts = ReadLines("all-MiniLM-L6-v2");
        Assert.Equal(157, texts.Count);

        var embeddings = await embedder.GenerateAsync(
            texts.Select(text => text.GetProperty("text").GetString()!), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(texts.Sum(text => text.GetProperty("tokens").GetInt64()), embeddings.Usage!.InputTokenCount);
        for (int i = 0; i < texts.Count; i++)
        {
            double[] expected = [.. texts[i].GetProperty("embedding").EnumerateArray().Select(value => value.GetDouble())];
            Assert.InRange(Cosine(embeddings[i].Vector.Span, expected), 0.99999, 1.00001);
        }
    }

    [Fact]
    public async Task GenerateAsync_ModelWithoutPrompts_SameVectorsForEveryPurpose()
    {
        using var embedder = MiniModels.LoadEmbeddingGenerator();
        string[] texts = [.. ReadLines("all-MiniLM-L6-v2").Take(20).Select(text => text.GetProperty("text").GetString()!)];
        float[][] expected = await VectorsAsync(null);

        Assert.Equal(expected, await VectorsAsync(EmbeddingPurpose.Query));
        Assert.Equal(expected, await VectorsAsync(EmbeddingPurpose.Document));

        async Task<float[][]> VectorsAsync(EmbeddingPurpose? purpose)
        {
            var options = new EmbeddingGenerationOptions();
            options.SetPurpose(purpose);
            var embeddings = await embedder.GenerateAsync(texts, options, TestContext.Current.CancellationToken);
            return [.. embeddings.Select(embedding => embedding.Vector.ToArray())];
        }
    }

    /// <summary>The largest difference of a logit from the reference.</summary>
    private static async Task<double> WorstAsync(string model, int maxTokens, int pairCount, LocalPrecision precision)
    {
        var token = TestContext.Current.CancellationToken;
        using var reranker = Load(model, new() { Precision = precision });
        var count = reranker.GetService<TokenCounter>()!;
        var calibration = reranker.GetService<LocalModelInfo>()!.Calibration!;
        JsonElement[] pairs = [.. ReadLines(model).Where(pair => pair.GetProperty("max_length").GetInt32() == maxTokens)];
        Assert.Equal(pairCount, pairs.Length);

        double worst = 0;
        foreach (var group in pairs.GroupBy(pair => pair.GetProperty("query").GetString()!))
        {
            string[] documents = [.. group.Select(pair => pair.GetProperty("document").GetString()!)];

            // The reference cuts the document alone, however long the query is.
            var options = new RerankOptions { MaxTokensPerDocument = maxTokens - count(group.Key) - 3 };
            var response = await reranker.RerankAsync(group.Key, documents, options, token);
            Assert.Equal(ScoreScale.Probability, response.ScoreScale);
            Assert.Equal(group.Sum(pair => pair.GetProperty("tokens").GetInt64()), response.Usage!.InputTokens);

            double[] expected = [.. group.Select(pair => pair.GetProperty("logit").GetDouble())];
            Assert.All(response.Results, result =>
                worst = Math.Max(worst, Math.Abs(calibration.HeadLogit(result.Score) - expected[result.Index])));
        }

        return worst;
    }

    private static LocalReranker Load(string model, LocalModelOptions options) =>
        model == MiniModels.RerankerName ? MiniModels.LoadReranker(options) : MiniLM12Model.LoadReranker(options);

    private static List<JsonElement> ReadLines(string model) =>
        [.. File.ReadLines(TestData.InRepository($"models/{model}/golden.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

    private static double Cosine(ReadOnlySpan<float> actual, double[] expected)
    {
        double dot = 0, actualSquares = 0, expectedSquares = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            dot += actual[i] * expected[i];
            actualSquares += actual[i] * actual[i];
            expectedSquares += expected[i] * expected[i];
        }

        return dot / Math.Sqrt(actualSquares * expectedSquares);
    }
}
