using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Resift.Local.Tests.Models;
using Resift.Testing;

namespace Resift.Local.Tests;

/// <summary>Static embedders of model2vec: a vector for each token, and their mean.</summary>
public sealed class LocalStaticEmbedderTests : IDisposable
{
    private const string Golden = "golden/embeddings";

    private static readonly string[] _vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", "long"];
    private static readonly float[] _table = [.. Enumerable.Range(0, _vocabulary.Length * 3).Select(i => (i % 7) - 2.5f)];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [ReferenceTheory(Golden)]
    [InlineData("plain", 1e-5)]
    [InlineData("mapped", 1e-5)]
    [InlineData("not-normalized", 1e-5)]
    [InlineData("float16", 2e-3)]
    public async Task GenerateAsync_GoldenTexts_GivesTheReferenceVectors(string name, double tolerance)
    {
        string folder = TestData.Shared($"{Golden}/static/{name}");
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json")));
        var cases = json.RootElement.GetProperty("cases").EnumerateArray().ToList();
        Assert.Equal(16, cases.Count);
        using var embedder = LocalEmbeddingGenerator.Load(folder);

        var embeddings = await embedder.GenerateAsync(cases.Select(item => item.GetProperty("text").GetString()!), null, Cancellation);

        Assert.Equal(cases.Sum(item => item.GetProperty("ids").GetArrayLength()), embeddings.Usage!.InputTokenCount);
        for (int i = 0; i < cases.Count; i++)
        {
            double[] expected = [.. cases[i].GetProperty("embedding").EnumerateArray().Select(value => value.GetDouble())];
            Assert.Equal(expected.Length, embeddings[i].Vector.Length);
            Assert.All(expected, (value, j) => Assert.InRange(embeddings[i].Vector.Span[j], value - tolerance, value + tolerance));
        }
    }

    [Theory]
    [InlineData("a b", false, new[] { 5, 6 })]
    [InlineData("a unknown, b?", false, new[] { 5, 6 })]
    [InlineData("A c", true, new[] { 5, 7 })]
    [InlineData("?", true, new int[0])]
    [InlineData("", false, new int[0])]
    public async Task GenerateAsync_Text_IsTheMeanOfTheTokensThatItKnows(string text, bool normalize, int[] ids)
    {
        Write(normalize: normalize);
        using var embedder = LocalEmbeddingGenerator.Load(_folder.Path);

        var embeddings = await embedder.GenerateAsync([text], null, Cancellation);

        Assert.Equal(Mean([.. ids.Select(id => (id, 1f))], normalize), embeddings[0].Vector.ToArray(), Close);
        Assert.Equal(ids.Length, embeddings.Usage!.InputTokenCount);
        Assert.Null(embeddings[0].AdditionalProperties);
    }

    [Fact]
    public async Task GenerateAsync_RowsAndWeightsOfTokens_AreThose()
    {
        long[] rows = [0, 0, 0, 0, 0, 2, 1, 0, 0];
        double[] weights = [1, 1, 1, 1, 1, 0.5, 2, 3, 1];
        Write(
            TensorData.F32("embeddings", [3, 3], _table.AsSpan(0, 9)),
            new TensorData("mapping", "I64", [9], MemoryMarshal.AsBytes<long>(rows).ToArray()),
            new TensorData("weights", "F64", [9], MemoryMarshal.AsBytes<double>(weights).ToArray()));
        using var embedder = LocalEmbeddingGenerator.Load(_folder.Path);

        var embeddings = await embedder.GenerateAsync(["a b c"], null, Cancellation);

        Assert.Equal(Mean([(2, 0.5f), (1, 2), (0, 3)], normalize: false), embeddings[0].Vector.ToArray(), Close);
        Assert.Empty(LocalModelInfo.ReadUnusedTensors(_folder.Path));
    }

    [Fact]
    public async Task GenerateAsync_LongText_IsCutByCharactersAndTokensAndSaysSo()
    {
        // Tokens of three or four characters at most: the median is 4, and 3 tokens are 12 characters at most.
        Write(config: """{"model_type": "model2vec", "max_length": 3}""");
        using var embedder = LocalEmbeddingGenerator.Load(_folder.Path);

        var embeddings = await embedder.GenerateAsync(["a b c a b", "long long long long", "a b c"], null, Cancellation);

        Assert.Equal(2, embeddings[0].GetTruncatedTokens());
        Assert.Equal(Mean([(5, 1), (6, 1), (7, 1)], normalize: false), embeddings[0].Vector.ToArray(), Close);

        // "long long lo" is left, whose last two letters are no token.
        Assert.Equal(Mean([(8, 1)], normalize: false), embeddings[1].Vector.ToArray(), Close);
        Assert.True(embeddings[1].GetTruncatedTokens() > 0);
        Assert.Null(embeddings[2].AdditionalProperties);
    }

    [Fact]
    public async Task GenerateAsync_ManyThreadsOrOne_SameBits()
    {
        Write(normalize: true);
        string[] texts =
            [.. Enumerable.Range(0, 300).Select(i => string.Join(' ', Enumerable.Range(0, i % 40).Select(j => "abc"[i * j % 3])))];
        using var one = LocalEmbeddingGenerator.Load(_folder.Path, new() { Threads = 1 });
        using var many = LocalEmbeddingGenerator.Load(_folder.Path, new() { Threads = 4 });

        var expected = await one.GenerateAsync(texts, null, Cancellation);
        var vectors = await many.GenerateAsync(texts.Reverse(), null, Cancellation);

        Assert.Equal(
            expected.Select(embedding => embedding.Vector.ToArray()), vectors.Reverse().Select(embedding => embedding.Vector.ToArray()));
    }

    [Fact]
    public async Task GenerateAsync_FewerDimensions_AreTheFirstAtLengthOne()
    {
        Write(normalize: true);
        using var embedder = LocalEmbeddingGenerator.Load(_folder.Path);

        var embeddings = await embedder.GenerateAsync(["a b"], new() { Dimensions = 2 }, Cancellation);

        float[] whole = Mean([(5, 1), (6, 1)], normalize: false);
        double length = Math.Sqrt((whole[0] * whole[0]) + (whole[1] * whole[1]));
        Assert.Equal([(float)(whole[0] / length), (float)(whole[1] / length)], embeddings[0].Vector.ToArray(), Close);
    }

    [Fact]
    public async Task GenerateAsync_CancelledOrDisposed_Throws()
    {
        Write();
        var embedder = LocalEmbeddingGenerator.Load(_folder.Path);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => embedder.GenerateAsync(["a"], null, new(canceled: true)));

        using var source = new CancellationTokenSource();
        var texts = Enumerable.Range(0, 100_000).Select(i =>
        {
            if (i == 99_999)
            {
                source.Cancel();
            }

            return "a b c";
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => embedder.GenerateAsync(texts, null, source.Token));
        embedder.Dispose();
        embedder.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => embedder.GenerateAsync(["a"], null, Cancellation));
    }

    [Fact]
    public async Task Dispose_CallsUnderWay_EndWithVectorsOrTheDisposal()
    {
        Write();
        var embedder = LocalEmbeddingGenerator.Load(_folder.Path, new() { Threads = 2 });
        string[] texts = [.. Enumerable.Repeat("a b c", 20_000)];
        var calls = Enumerable.Range(0, 4).Select(_ => embedder.GenerateAsync(texts, null, Cancellation)).ToList();

        embedder.Dispose();

        foreach (var call in calls)
        {
            var error = await Record.ExceptionAsync(() => call);
            Assert.True(error is null or ObjectDisposedException, error?.ToString());
        }
    }

    [Fact]
    public void Load_Facts_AreThose()
    {
        Write(normalize: true, config: """{"model_type": "model2vec", "normalize": true, "hidden_dim": 3, "seq_length": 1000000}""");
        File.WriteAllText(_folder.File("config_sentence_transformers.json"), """{"prompts": {"query": "a "}}""");
        using var embedder = LocalEmbeddingGenerator.Load(_folder.Path);

        var info = embedder.GetService<LocalModelInfo>()!;

        Assert.Equal(LocalModelInfo.Read(_folder.Path), info);
        Assert.Equal((LocalModelKind.Embedder, "StaticModel"), (info.Kind, info.Architecture));
        Assert.Equal((512, 0, 3), (info.MaxTokens, info.Layers, info.HiddenSize));
        Assert.Equal((27, "F32", "a "), (info.Parameters, info.Storage, info.QueryPrompt));
        Assert.Equal(LocalModelInfo.ReadFingerprint(_folder.Path), embedder.GetService<ModelFingerprint>());
        Assert.Equal(2, embedder.GetService<TokenCounter>()!("a b"));
        Assert.Equal(3, embedder.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelDimensions);
    }

    [Fact]
    public void Load_AsReranker_SaysWhatItIs()
    {
        Write();

        var error = Assert.Throws<NotSupportedException>(() => LocalReranker.Load(_folder.Path));

        Assert.Contains("a static embedding model, not a cross-encoder", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rows", "tensor 'embeddings' has 8 rows, but the tokenizer has 9 tokens")]
    [InlineData("shape", "has the shape [27], expected [rows, dimensions]")]
    [InlineData("mapping", "tensor 'mapping' gives the token 5 the row 9; expected one of the 9 rows")]
    [InlineData("negative", "tensor 'mapping' gives the token 5 the row -1; expected one of the 9 rows")]
    [InlineData("mappings", "tensor 'mapping' has the shape [2], expected [9]")]
    [InlineData("weights", "tensor 'weights' holds NaN or infinity at index 3")]
    [InlineData("name", "tensor 'embeddings' is missing")]
    [InlineData("infinite", "holds NaN or infinity at flat index 0")]
    public void Load_WrongWeights_NamesTensorAndExpectation(string fault, string message)
    {
        TensorData sound = TensorData.F32("embeddings", [9, 3], _table);
        Write(tensors: fault switch
        {
            "rows" => [TensorData.F32("embeddings", [8, 3], _table.AsSpan(0, 24))],
            "shape" => [sound with { Shape = [27] }],
            "mapping" => [sound, Mapping(9)],
            "negative" => [sound, Mapping(-1)],
            "mappings" => [sound, new("mapping", "I64", [2], new byte[16])],
            "weights" => [sound, TensorData.F32("weights", [9], [1, 1, 1, float.NaN, 1, 1, 1, 1, 1])],
            "name" => [sound with { Name = "vectors" }],
            _ => [TensorData.F32("embeddings", [9, 3], [float.NaN, .. _table.AsSpan(1)])],
        });

        var error = Assert.Throws<InvalidDataException>(() => LocalEmbeddingGenerator.Load(_folder.Path).Dispose());

        Assert.Contains(message, error.Message, StringComparison.Ordinal);

        static TensorData Mapping(long row) =>
            new("mapping", "I64", [9], MemoryMarshal.AsBytes<long>([0, 0, 0, 0, 0, row, 0, 0, 0]).ToArray());
    }

    private static bool Close(float expected, float actual) => Math.Abs(expected - actual) < 1e-6;

    private static float[] Mean((int Row, float Weight)[] tokens, bool normalize)
    {
        double[] sum = [.. Enumerable.Range(0, 3).Select(i => tokens.Sum(token => (double)_table[(token.Row * 3) + i] * token.Weight))];
        double divisor = !normalize ? Math.Max(tokens.Length, 1) : Math.Max(Math.Sqrt(sum.Sum(value => value * value)), 1e-12);
        return [.. sum.Select(value => (float)(value / divisor))];
    }

    private void Write(params TensorData[] tensors) => Write(false, null, tensors);

    private void Write(bool normalize = false, string? config = null, TensorData[]? tensors = null)
    {
        string standard = $$"""{"model_type": "model2vec", "normalize": {{(normalize ? "true" : "false")}}}""";
        File.WriteAllText(_folder.File("config.json"), config ?? standard);
        File.WriteAllText(_folder.File("vocab.txt"), string.Concat(_vocabulary.Select(token => $"{token}\n")));
        SafetensorsWriter.Write(
            _folder.File("model.safetensors"), tensors is { Length: > 0 } ? tensors : [TensorData.F32("embeddings", [9, 3], _table)]);
    }
}
