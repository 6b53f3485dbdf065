using System.Text.Json;
using Resift.Testing;

namespace Resift.Onnx.Tests;

/// <summary>The whole way from texts to scores, against the reference implementation's.</summary>
public sealed class OnnxRerankerReferenceTests : IDisposable
{
    private const double Tolerance = 1e-4;

    // The golden logits of the public models are written with five decimals, and their probabilities end where doubles do.
    private const double LogitTolerance = 1e-3;

    private readonly string _folder = Directory.CreateTempSubdirectory("resift-test-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [ReferenceFact("golden/models")]
    public async Task RerankAsync_EachActivationOfTheConfiguration_GivesTheReferenceScores()
    {
        string bert = TestData.Shared("golden/models/bert");
        var golden = JsonElement.Parse(File.ReadAllBytes(Path.Combine(bert, "cross_encoder.json")));
        string[] passages =
            [.. golden.GetProperty("passages").EnumerateArray().Select(passage => passage.GetProperty("text").GetString()!)];
        CopyFiles(bert);
        foreach (var activation in golden.GetProperty("activations").EnumerateArray())
        {
            var config = JsonElement.Parse(File.ReadAllBytes(Path.Combine(bert, "config.json"))).EnumerateObject()
                .Concat(activation.GetProperty("config").EnumerateObject())
                .Select(property => $"{JsonEncodedText.Encode(property.Name)}\": {property.Value.GetRawText()}");
            File.WriteAllText(Path.Combine(_folder, "config.json"), $"{{\"{string.Join(", \"", config)}}}");
            using var reranker = OnnxReranker.Load(_folder, new() { GraphFile = Path.Combine(bert, "model.onnx") });

            var response = await reranker.RerankAsync(golden.GetProperty("query").GetString()!, passages, cancellationToken: Cancellation);

            double[] expected = [.. activation.GetProperty("scores").EnumerateArray().Select(score => score.GetDouble())];
            Assert.All(response.Results, result => Assert.Equal(expected[result.Index], result.Score, Tolerance));
        }
    }

    [ReferenceTheory("models/onnx")]
    [InlineData("resift-mini-v2", "resift-mini-v2.onnx")]
    [InlineData("resift-mini-v2", "resift-mini-v2.cls.onnx")]
    [InlineData("ms-marco-MiniLM-L12-v2", "ms-marco-MiniLM-L12-v2.cls.onnx")]
    public async Task RerankAsync_PublicModel_GivesTheReferenceLogits(string name, string graph)
    {
        string folder = TestData.InRepository($"models/{name}");
        var golden = File.ReadLines(Path.Combine(folder, "golden.jsonl")).Select(line => JsonElement.Parse(line)).Take(24).ToArray();
        Assert.NotEmpty(golden);
        foreach (var limit in golden.GroupBy(pair => pair.GetProperty("max_length").GetInt32()))
        {
            using var reranker = OnnxReranker.Load(
                folder, new() { GraphFile = TestData.Shared($"models/onnx/{graph}"), MaxTokens = limit.Key });
            var calibration = reranker.GetService<OnnxModelInfo>()!.Calibration!;
            foreach (var group in limit.GroupBy(pair => pair.GetProperty("query").GetString()!))
            {
                string[] documents = [.. group.Select(pair => pair.GetProperty("document").GetString()!)];
                var response = await reranker.RerankAsync(group.Key, documents, cancellationToken: Cancellation);
                double[] expected = [.. group.Select(pair => pair.GetProperty("logit").GetDouble())];
                Assert.All(response.Results, result =>
                    Assert.Equal(expected[result.Index], calibration.HeadLogit(result.Score), LogitTolerance));
            }
        }
    }

    private void CopyFiles(string source)
    {
        foreach (string name in new[] { "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt" })
        {
            File.Copy(Path.Combine(source, name), Path.Combine(_folder, name));
        }
    }
}
