using System.Text.Json;
using System.Text.Json.Nodes;
using Resift.Local.Inference;
using Resift.Local.Models;
using Resift.Local.Tests.Models;
using Resift.Local.Tokenization;
using Resift.Testing;

namespace Resift.Local.Tests.Inference;

/// <summary>The engine against values that transformers and torch computed in single precision.</summary>
[Trait("Engine", "Parity")]
public sealed class EncoderParityTests : IDisposable
{
    private const string Folder = "golden/models";

    // What the values are good for; those at hand are met ten times as closely.
    private static readonly double _tolerance = TestData.HasOtherModels ? 1e-4 : 1e-5;

    private static readonly string[] _models = TestData.HasOtherModels ? OtherModels() :
    [
        "bert", "bert-2-labels", "bert-3-labels", "bert-legacy-keys", "bert-sharded", "electra", "roberta", "xlm-roberta", "distilbert",
        "mpnet", "modernbert", "modernbert-mean", "deberta-v2", "qwen2", "qwen3", "qwen3-seqcls", "t5",
    ];

    private static readonly string[] _precisions = ["fp16", "bf16"];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, int> Models => new(
        from name in _models
        from bits in EngineRun.Widths
        select (name, bits));

    public static TheoryData<string, int> Precisions => new(
        from suffix in _precisions
        from bits in EngineRun.Widths
        select (suffix, bits));

    public void Dispose() => _folder.Dispose();

    [ReferenceTheory("golden/models")]
    [MemberData(nameof(Models))]
    public void Run_GoldenRows_GiveTheReferenceNumbers(string name, int bits)
    {
        AssertRows(TestData.Shared($"{Folder}/{name}"), bits, TestData.Shared($"{Folder}/{ValuesOf(name)}/expected.json"));
    }

    [ReferenceTheory("golden/models")]
    [MemberData(nameof(Models))]
    public void Run_GoldenRowsAloneOrInOtherCompany_SameBits(string name, int bits)
    {
        string folder = TestData.Shared($"{Folder}/{name}");
        var rows = Read(TestData.Shared($"{Folder}/{ValuesOf(name)}/expected.json"));
        TokenSequence[] batch = [.. rows.EnumerateArray().Select(Sequence)];

        float[][] together = EngineRun.Logits(folder, bits, batch);
        float[][] reversed = EngineRun.Logits(folder, bits, [.. batch.Reverse()]);

        Assert.Equal(together, reversed.Reverse());
        Assert.Equal(together, batch.Select(sequence => EngineRun.Logits(folder, bits, sequence)[0]));
    }

    [ReferenceTheory("golden/models")]
    [InlineData("bert-2-labels", 2)]
    [InlineData("bert-3-labels", 3)]
    public void Run_LabelOfSeveral_IsTheReferenceSoftmaxAsLogOdds(string name, int labels)
    {
        string folder = TestData.Shared($"{Folder}/{name}");
        var rows = Read(Path.Combine(folder, "expected.json")).EnumerateArray().ToList();
        TokenSequence[] batch = [.. rows.Select(Sequence)];
        for (int label = 0; label < labels; label++)
        {
            float[][] scores = EngineRun.Scores(folder, Kernels.Best.VectorBits, label, batch);

            for (int i = 0; i < rows.Count; i++)
            {
                AssertClose(Numbers(rows[i].GetProperty("softmax"))[label], ScoreScale.Logit.Convert(scores[i][0], ScoreScale.Probability));
            }
        }
    }

    [ReferenceTheory("golden/models")]
    [MemberData(nameof(Precisions))]
    public void Run_HalfPrecision_GivesTheReferenceNumbers(string suffix, int bits)
    {
        string bert = TestData.Shared($"{Folder}/bert");
        File.Copy(Path.Combine(bert, "config.json"), _folder.File("config.json"));
        File.Copy(Path.Combine(bert, $"model.{suffix}.safetensors"), _folder.File("model.safetensors"));

        AssertRows(_folder.Path, bits, Path.Combine(bert, $"expected.{suffix}.json"));
    }

    [ReferenceTheory("golden/models")]
    [InlineData("modernbert")]
    [InlineData("modernbert-mean")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("qwen3-seqcls")]
    public void Run_FieldsOfAnOlderVersion_GiveTheReferenceNumbers(string name)
    {
        string golden = TestData.Shared($"{Folder}/{name}");
        File.Copy(Path.Combine(golden, "config.v4.json"), _folder.File("config.json"));
        File.Copy(Path.Combine(golden, "model.safetensors"), _folder.File("model.safetensors"));

        AssertRows(_folder.Path, Kernels.Best.VectorBits, Path.Combine(golden, "expected.json"));
    }

    [ReferenceFact("golden/models")]
    public async Task RerankAsync_EveryNameOfTheActivation_GivesTheReferenceScoresAndOrder()
    {
        string bert = TestData.Shared($"{Folder}/bert");
        foreach (string file in (string[])["model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt"])
        {
            File.Copy(Path.Combine(bert, file), _folder.File(file));
        }

        var golden = Read(Path.Combine(bert, "cross_encoder.json"));
        string query = golden.GetProperty("query").GetString()!;
        var passages = golden.GetProperty("passages").EnumerateArray().ToList();
        string[] documents = [.. passages.Select(passage => passage.GetProperty("text").GetString()!)];
        foreach (var activation in golden.GetProperty("activations").EnumerateArray())
        {
            WriteConfig(Path.Combine(bert, "config.json"), activation.GetProperty("config"));
            using var reranker = LocalReranker.Load(_folder.Path, new() { Threads = 2 });

            var response = await reranker.RerankAsync(query, documents, cancellationToken: TestContext.Current.CancellationToken);

            bool logits = activation.GetProperty("activation").GetString() == "Identity";
            Assert.Equal(logits ? ScoreScale.Logit : ScoreScale.Probability, response.ScoreScale);
            double[] expected = Numbers(activation.GetProperty("scores"));
            Assert.All(response.Results, result => AssertClose(expected[result.Index], result.Score));
            Assert.Equal(
                activation.GetProperty("order").EnumerateArray().Select(index => index.GetInt32()),
                response.Results.Select(result => result.Index));
            Assert.Equal(
                passages.Sum(passage => passage.GetProperty("input_ids").GetArrayLength()), response.Usage!.InputTokens);
        }
    }

    /// <summary>Whatever their names: all folders with a model and values.</summary>
    private static string[] OtherModels() =>
    [
        .. Directory.GetDirectories(TestData.Shared(Folder))
            .Where(folder => File.Exists(Path.Combine(folder, "config.json")))
            .Select(folder => Path.GetFileName(folder))
            .Where(name => TestData.HasShared($"{Folder}/{ValuesOf(name)}/expected.json")),
    ];

    private static string ValuesOf(string name) => name is "bert-legacy-keys" or "bert-sharded" ? "bert" : name;

    private static void AssertRows(string folder, int bits, string expectedFile)
    {
        var rows = Read(expectedFile).EnumerateArray().ToList();
        Assert.NotEmpty(rows);
        TokenSequence[] batch = [.. rows.Select(Sequence)];

        float[][] logits = EngineRun.Logits(folder, bits, batch);
        string[] names = ["last_hidden_last", "last_hidden_cls", "encoder_hidden_first"];
        string hidden = names.First(name => rows[0].TryGetProperty(name, out _));
        float[][] vectors = EngineRun.Vectors(folder, bits, hidden == names[0] ? Pooling.Last : Pooling.Cls, batch);

        for (int i = 0; i < rows.Count; i++)
        {
            AssertClose(Logits(rows[i]), logits[i]);
            AssertClose(Numbers(rows[i].GetProperty(hidden)), vectors[i][..8]);
        }
    }

    /// <summary>Reads the logits of a head; of a model that answers in words, by how much the second is likelier.</summary>
    private static double[] Logits(JsonElement row)
    {
        double[] logits = Numbers(row.GetProperty("logits"));
        return row.TryGetProperty("log_score", out _) ? [logits[1] - logits[0]] : logits;
    }

    /// <summary>Reads a row without its padding, which the engine has no need of.</summary>
    private static TokenSequence Sequence(JsonElement row)
    {
        double[] mask = Numbers(row.GetProperty("attention_mask"));
        int[] ids = [.. row.GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt32()).Where((_, i) => mask[i] == 1)];
        var types = row.GetProperty("token_type_ids");
        return types.ValueKind == JsonValueKind.Null
            ? new(ids, ids.Length)
            : new(ids, Numbers(types).Where((_, i) => mask[i] == 1).Count(type => type == 0));
    }

    private static JsonElement Read(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        return json.RootElement.Clone();
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];

    private static void AssertClose(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected, (value, i) => AssertClose(value, actual[i]));
    }

    private static void AssertClose(double expected, double actual) => Assert.InRange(actual, expected - _tolerance, expected + _tolerance);

    private void WriteConfig(string source, JsonElement changes)
    {
        var config = JsonNode.Parse(File.ReadAllBytes(source))!.AsObject();
        foreach (var change in changes.EnumerateObject())
        {
            config[change.Name] = JsonNode.Parse(change.Value.GetRawText());
        }

        File.WriteAllText(_folder.File("config.json"), config.ToJsonString());
    }
}
