using Resift.Local.Models;
using Resift.Local.Tests.Models;
using Resift.Local.Tokenization;

namespace Resift.Local.Tests.Inference;

/// <summary>The engine against a forward pass in double precision, with sizes that no tile, panel or block divides.</summary>
[Trait("Engine", "Parity")]
public sealed class ReferenceEncoderTests : IDisposable
{
    private const double Tolerance = 1e-4;

    // More tokens than a block has rows, and lengths around the tile and the vectors.
    private static readonly int[] _lengths = [1, 2, 3, 7, 17, 31, 33, 65, 126];

    // The inner width takes three blocks of columns: the input of the feed-forward layers must stay whole until the last one.
    private static readonly TinyModel _base = new() { HiddenSize = 32, IntermediateSize = 800, Layers = 2, Heads = 4, Positions = 128 };

    private static readonly (string Type, int Size)[] _models =
    [
        ("bert", 32), ("electra", 32), ("electra", 20), ("bert", 36), ("roberta", 32), ("distilbert", 36), ("mpnet", 32), ("mpnet", 36),
        ("modernbert", 32), ("modernbert", 72), ("deberta-v2", 32), ("deberta-v2", 36), ("deberta-v2", 40), ("deberta-v2", 44),
        ("deberta-v2", 48), ("jina", 32), ("jina", 36), ("jina", 48),
        ("qwen2", 32), ("qwen2", 72), ("qwen3", 32), ("qwen3", 72), ("qwen3", 36),
        ("t5", 32), ("t5", 72),
    ];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, int> Models => new(from model in _models select (model.Type, model.Size));

    public static TheoryData<int, string, int> Cases => new(
        from bits in EngineRun.Widths
        from model in _models
        select (bits, model.Type, model.Size));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Models))]
    public void Run_RaggedBatch_EqualsReference(string modelType, int size)
    {
        var model = Model(modelType, size);
        string folder = model.Write(_folder.Path);
        var batch = Batch(model);
        var reference = ReferenceModel.Of(model);
        double[][][] hidden = [.. batch.Select(sequence => reference.Hidden(sequence.Ids, sequence.FirstSegmentLength))];
        double[][] expected = [.. hidden.Select(reference.Logits)];

        foreach (int bits in EngineRun.Widths)
        {
            float[][] logits = EngineRun.Logits(folder, bits, batch);
            float[][] first = EngineRun.Vectors(folder, bits, Pooling.Cls, batch);
            float[][] last = EngineRun.Vectors(folder, bits, Pooling.Last, batch);
            float[][] means = EngineRun.Vectors(folder, bits, Pooling.Mean, batch);
            for (int i = 0; i < batch.Length; i++)
            {
                AssertClose(expected[i], logits[i]);
                AssertClose(hidden[i][0], first[i]);
                AssertClose(hidden[i][^1], last[i]);
                AssertClose(
                    [.. Enumerable.Range(0, model.HiddenSize).Select(column => hidden[i].Average(row => row[column]))], means[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_AloneOrInOtherCompany_SameBits(int bits, string modelType, int size)
    {
        var model = Model(modelType, size);
        string folder = model.Write(_folder.Path);
        var batch = Batch(model);

        float[][] together = EngineRun.Logits(folder, bits, batch);
        float[][] reversed = EngineRun.Logits(folder, bits, [.. batch.Reverse()]);

        Assert.Equal(together, reversed.Reverse());
        Assert.Equal(together, batch.Select(sequence => EngineRun.Logits(folder, bits, sequence)[0]));
    }

    // The size is that of the hidden state, or of an ELECTRA model's embeddings.
    private static TinyModel Model(string modelType, int size) => modelType switch
    {
        "electra" => _base with { ModelType = modelType, EmbeddingSize = size },
        "qwen2" or "qwen3" => _base with
        {
            ModelType = modelType,
            HiddenSize = size,
            Layers = 3,
            BiasesAndMean = size == 72,
            AnswersInWords = size != 32,
        },
        "modernbert" => _base with { ModelType = modelType, HiddenSize = size, Layers = 4, BiasesAndMean = size == 72 },
        "t5" => _base with { ModelType = modelType, HiddenSize = size, BiasesAndMean = size == 72, AnswersInWords = true },
        "jina" => _base with
        {
            ModelType = modelType,
            HiddenSize = size,
            Heads = size switch { 32 => 4, 36 => 6, _ => 12 },
            FeedForward = size switch { 32 => "reglu", 36 => "original", _ => "geglu" },
        },
        "deberta-v2" => _base with { ModelType = modelType, HiddenSize = size, Deberta = Deberta(size) },
        _ => _base with { ModelType = modelType, HiddenSize = size, Labels = size == 36 ? 3 : 1 },
    };

    private static TinyDeberta Deberta(int size) => size switch
    {
        32 => new(),
        36 => new() { SharesProjections = false, Norms = false, Buckets = 0, MaxDistance = 50, HasPositions = true, Types = 2 },
        40 => new() { Comparisons = "c2p", SharesProjections = false, Buckets = 31, MaxDistance = 90 },
        44 => new() { Comparisons = "p2c", Buckets = 0, Types = 2 },
        _ => new() { IsRelative = false, HasPositions = true },
    };

    private static TokenSequence[] Batch(TinyModel model)
    {
        var random = new Random(7);
        return [.. _lengths.Select(length => new TokenSequence(
            [.. Enumerable.Range(0, length).Select(_ => random.Next(model.VocabularySize))], (length + 1) / 2))];
    }

    private static void AssertClose(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected, (value, i) => Assert.InRange(actual[i], value - Tolerance, value + Tolerance));
    }
}
