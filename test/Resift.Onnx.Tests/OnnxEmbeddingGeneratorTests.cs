using Microsoft.Extensions.AI;

namespace Resift.Onnx.Tests;

public sealed class OnnxEmbeddingGeneratorTests : IDisposable
{
    private const int Size = 6;
    private const double Tolerance = 1e-5;

    private static readonly string[] _texts = ["a cat", "cats sleep for most of the day", "", "dog"];

    private static readonly TinyGraph _tokens = new() { Width = Size, IsOfTokens = true, Output = "last_hidden_state" };

    private readonly TinyFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mean", false, "right")]
    [InlineData("mean", true, "left")]
    [InlineData("cls", false, "left")]
    [InlineData("cls", true, "right")]
    [InlineData("lasttoken", false, "right")]
    [InlineData("lasttoken", true, "left")]
    public async Task GenerateAsync_HiddenStates_PooledAsTheFolderSays(string mode, bool normalizes, string padding)
    {
        _folder.WriteModules(mode, normalizes);
        _folder.Write("tokenizer_config.json", $$"""{"padding_side": "{{padding}}"}""");
        using var embedder = OnnxEmbeddingGenerator.Load(_folder.With(_tokens));

        var vectors = await embedder.GenerateAsync(_texts, cancellationToken: Cancellation);

        for (int i = 0; i < _texts.Length; i++)
        {
            int[] ids = _folder.Text(_texts[i]).Ids;
            int[] read = mode switch { "mean" => ids, "cls" => ids[..1], _ => ids[^1..] };
            double[] expected = [.. Enumerable.Range(0, Size).Select(j => read.Average(id => (double)_tokens.Table(id, j)))];
            AssertNear(expected, normalizes, vectors[i]);
        }

        Assert.Equal(_texts.Sum(text => _folder.Text(text).Length), vectors.Usage!.InputTokenCount);
        Assert.Equal(Size, embedder.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelDimensions);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GenerateAsync_GraphThatPools_ItsVector(bool normalizes)
    {
        if (normalizes)
        {
            _folder.WriteModules("mean", normalizes);
        }

        var graph = _tokens with { IsOfTokens = false, Output = "sentence_embedding" };
        using var embedder = OnnxEmbeddingGenerator.Load(_folder.With(graph));

        var vectors = await embedder.GenerateAsync(_texts, cancellationToken: Cancellation);

        for (int i = 0; i < _texts.Length; i++)
        {
            int[] ids = _folder.Text(_texts[i]).Ids;
            AssertNear([.. Enumerable.Range(0, Size).Select(j => ids.Sum(id => (double)graph.Table(id, j)))], normalizes, vectors[i]);
        }
    }

    [Fact]
    public async Task GenerateAsync_PurposeAndDimensions_PromptAndBeginning()
    {
        _folder.WriteModules("mean", normalizes: true);
        _folder.Write("config_sentence_transformers.json", """{"prompts": {"query": "find ", "document": ""}}""");
        using var embedder = OnnxEmbeddingGenerator.Load(_folder.With(_tokens));

        var options = new EmbeddingGenerationOptions { Dimensions = 4 };
        options.SetPurpose(EmbeddingPurpose.Query);
        var vector = (await embedder.GenerateAsync(["a cat"], options, Cancellation))[0];

        int[] ids = _folder.Text("find a cat").Ids;
        AssertNear([.. Enumerable.Range(0, 4).Select(j => ids.Average(id => (double)_tokens.Table(id, j)))], true, vector);
        await Assert.ThrowsAsync<NotSupportedException>(() =>
            embedder.GenerateAsync(["a"], new() { Dimensions = Size + 1 }, Cancellation));
    }

    [Fact]
    public async Task GenerateAsync_NotFinite_NamesTheText()
    {
        _folder.WriteModules("cls");
        using var embedder = OnnxEmbeddingGenerator.Load(_folder.With(_tokens with { Table = (_, _) => float.PositiveInfinity }));
        var error = await Assert.ThrowsAsync<RerankerException>(() => embedder.GenerateAsync(["a"], cancellationToken: Cancellation));
        Assert.Contains("text 0", error.Message);
    }

    [Fact]
    public async Task GenerateAsync_DisposedBefore_ObjectDisposed()
    {
        _folder.WriteModules("cls");
        var embedder = OnnxEmbeddingGenerator.Load(_folder.With(_tokens));
        embedder.Dispose();
        embedder.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => embedder.GenerateAsync(["a"], cancellationToken: Cancellation));
    }

    [Fact]
    public void Load_HiddenStatesWithoutPooling_SaysWhatIsMissing() => Assert.Contains(
        "modules.json", Assert.Throws<NotSupportedException>(() => OnnxEmbeddingGenerator.Load(_folder.With(_tokens))).Message);

    [Fact]
    public void Load_CrossEncoder_SaysWhatLoadsIt() => Assert.Contains(
        "OnnxReranker", Assert.Throws<NotSupportedException>(() => OnnxEmbeddingGenerator.Load(_folder.With(new()))).Message);

    [Fact]
    public void GetService_LoadedModel_TellsItsFacts()
    {
        _folder.WriteModules("mean", normalizes: true);
        using var embedder = OnnxEmbeddingGenerator.Load(_folder.With(_tokens));
        var info = embedder.GetService<OnnxModelInfo>()!;
        Assert.Equal((LocalModelKind.Embedder, Size, true), (info.Kind, info.Dimensions, info.Normalizes));
        Assert.Equal(ScoreScale.Cosine, info.ScoreScale);
        Assert.NotNull(embedder.GetService<ModelFingerprint>());
        Assert.Equal(2, embedder.GetService<TokenCounter>()!("ab"));
    }

    private static void AssertNear(double[] expected, bool normalizes, Embedding<float> actual)
    {
        double length = normalizes ? Math.Sqrt(expected.Sum(value => value * value)) : 1;
        Assert.Equal(expected.Length, actual.Dimensions);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i] / length, actual.Vector.Span[i], Tolerance);
        }
    }
}
