using System.Text.Json;
using Resift.Local.Inference;
using Resift.Local.Models;
using Resift.Local.Tokenization;
using Resift.Onnx.Graphs;
using Resift.Testing;

namespace Resift.Onnx.Tests;

/// <summary>The graphs of the golden folders, against the values that torch computed from the same weights.</summary>
public sealed class OnnxGoldenTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Classifiers =>
    [
        "bert", "bert-2-labels", "bert-3-labels", "deberta-v2", "distilbert", "electra", "modernbert", "modernbert-mean", "mpnet",
        "qwen3-seqcls", "roberta", "xlm-roberta",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [ReferenceTheory("golden/models")]
    [MemberData(nameof(Classifiers))]
    public async Task Run_Classifier_GivesTheReferenceLogits(string name)
    {
        var rows = Rows(name);
        int labels = Logits(rows[0]).Length;
        for (int label = 0; label < labels; label++)
        {
            float[] actual = await RunAsync(name, "model.onnx", "logits", new LabelReading(labels, label), padsLeft: false, rows);
            AssertNear(rows.Select(row => labels == 1 ? Logits(row)[0] : LogOdds.Of(Logits(row), label)), actual);
        }
    }

    [ReferenceTheory("golden/models")]
    [InlineData("qwen2", false)]
    [InlineData("qwen2", true)]
    [InlineData("qwen3", false)]
    [InlineData("qwen3", true)]
    public async Task Run_LanguageModel_GivesTheReferenceOdds(string name, bool padsLeft)
    {
        const int Yes = 17, No = 42;
        var rows = Rows(name);
        int words = OnnxConfig.Load(TestData.Shared($"golden/models/{name}")).VocabularySize!.Value;
        float[] actual = await RunAsync(name, "model.onnx", "logits", new WordReading(words, Yes, No), padsLeft, rows);
        AssertNear(rows.Select(row => Logits(row)[1] - Logits(row)[0]), actual);
    }

    [ReferenceFact("golden/models")]
    public async Task Run_SequenceClassificationPaddedLeft_GivesTheReferenceLogits()
    {
        var rows = Rows("qwen3-seqcls");
        float[] actual = await RunAsync("qwen3-seqcls", "model.onnx", "logits", new LabelReading(1, 0), padsLeft: true, rows);
        AssertNear(rows.Select(row => Logits(row)[0]), actual);
    }

    [ReferenceFact("golden/models")]
    public async Task Run_HiddenStates_GivesTheReferenceOfTheFirstToken()
    {
        const int Known = 8;
        var rows = Rows("t5");
        int hidden = OnnxConfig.Load(TestData.Shared("golden/models/t5")).Json.Positive("d_model");
        var reading = new TokenReading(hidden, new() { Mode = Pooling.Cls, Normalize = false });
        float[] actual = await RunAsync("t5", "encoder_model.onnx", "last_hidden_state", reading, padsLeft: false, rows);
        AssertNear(
            rows.SelectMany(row => Numbers(row, "encoder_hidden_first").Take(Known)),
            [.. Enumerable.Range(0, rows.Length).SelectMany(row => actual.AsSpan(row * hidden, Known).ToArray())]);
    }

    private static async Task<float[]> RunAsync(
        string name, string file, string output, GraphReading reading, bool padsLeft, JsonElement[] rows)
    {
        string folder = TestData.Shared($"golden/models/{name}");
        var config = OnnxConfig.Load(folder);
        var graph = OnnxGraph.Load(Path.Combine(folder, file), new() { Threads = 1 });

        // Few tokens a batch, so that some have one row, and some have several of different lengths.
        using var runner = new OnnxRunner(graph, output, reading, new(config.PadId, padsLeft, HasTypes: true), 128, 1);
        return await runner.RunAsync(rows.Length, i => Sequence(rows[i]), Cancellation);
    }

    private static JsonElement[] Rows(string name) =>
        [.. JsonElement.Parse(File.ReadAllBytes(TestData.Shared($"golden/models/{name}/expected.json"))).EnumerateArray()];

    private static TokenSequence Sequence(JsonElement row)
    {
        int[] mask = [.. row.GetProperty("attention_mask").EnumerateArray().Select(value => value.GetInt32())];
        int[] ids = [.. row.GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt32()).Where((_, i) => mask[i] == 1)];
        int first = row.GetProperty("token_type_ids") is { ValueKind: JsonValueKind.Array } types
            ? types.EnumerateArray().Where((_, i) => mask[i] == 1).Count(type => type.GetInt32() == 0)
            : ids.Length;
        return new(ids, first);
    }

    private static float[] Logits(JsonElement row) => Numbers(row, "logits");

    private static float[] Numbers(JsonElement row, string field) =>
        [.. row.GetProperty(field).EnumerateArray().Select(number => number.GetSingle())];

    private static void AssertNear(IEnumerable<float> expected, float[] actual)
    {
        float[] numbers = [.. expected];
        Assert.Equal(numbers.Length, actual.Length);
        for (int i = 0; i < numbers.Length; i++)
        {
            Assert.Equal(numbers[i], actual[i], Tolerance);
        }
    }
}
