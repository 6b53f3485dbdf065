using System.Runtime.InteropServices;
using Microsoft.Extensions.AI;
using Resift.Local.Tests.Inference;
using Resift.Local.Tests.Models;
using Resift.Local.Tests.Tokenization;
using TemporaryFolder = Resift.Local.Tests.Models.TemporaryFolder;

namespace Resift.Local.Tests;

public sealed class LocalEmbeddingGeneratorTests : IDisposable
{
    private static readonly TinyModel _model = new() { Labels = 0, Layers = 2, Positions = 64, Pooling = "mean" };
    private static readonly string[] _texts = [.. Letters.Texts(24, 60), ""];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mean", true)]
    [InlineData("mean", false)]
    [InlineData("cls", true)]
    [InlineData("cls", false)]
    [InlineData("lasttoken", true)]
    public async Task GenerateAsync_EveryPooling_EqualsReference(string pooling, bool normalize)
    {
        var model = _model with { Pooling = pooling, Normalize = normalize };
        using var embedder = Load(model);

        float[][] vectors = await VectorsAsync(embedder, _texts);

        Assert.Equal(_texts.Length, vectors.Length);
        Assert.All(_texts, (text, i) => Values.AssertClose(Reference(model, text), [.. vectors[i].Select(value => (double)value)]));
    }

    [Theory]
    [InlineData(1, 64)]
    [InlineData(2, 1024)]
    [InlineData(5, null)]
    public async Task GenerateAsync_AnyCompanyOrderThreadsAndBatches_SameBits(int threads, int? batchTokens)
    {
        using var alone = Load(_model);
        var expected = new List<float[]>();
        foreach (string text in _texts)
        {
            expected.AddRange(await VectorsAsync(alone, text));
        }

        using var embedder = LocalEmbeddingGenerator.Load(_folder.Path, new() { Threads = threads, BatchTokens = batchTokens });

        Assert.Equal(expected, await VectorsAsync(embedder, _texts));
        Assert.Equal(expected, (await VectorsAsync(embedder, [.. _texts.Reverse()])).Reverse());
    }

    [Fact]
    public async Task GenerateAsync_TextTooLong_IsCutAndSaysSo()
    {
        using var embedder = Load(_model with { MaxTokens = 12 });
        string longer = Letters.Text(15);

        var embeddings = await embedder.GenerateAsync([Letters.Text(10), longer], cancellationToken: Cancellation);

        Assert.Null(embeddings[0].AdditionalProperties);
        Assert.Equal(5, embeddings[1].AdditionalProperties![EmbeddingProperties.TruncatedTokensKey]);
        Assert.Equal((12 + 12, 12 + 12), (embeddings.Usage!.InputTokenCount, embeddings.Usage.TotalTokenCount));
        Assert.Equal((await VectorsAsync(embedder, longer[..19]))[0], embeddings[1].Vector.ToArray());
    }

    [Fact]
    public async Task GenerateAsync_DefaultPrompt_VectorOfPromptAndText()
    {
        using var plain = Load(_model);
        float[][] expected = await VectorsAsync(plain, "query: a b c");
        using var embedder = LoadWith("""{"prompts": {"query": "query: "}, "default_prompt_name": "query"}""");

        Assert.Equal(expected, await VectorsAsync(embedder, "a b c"));
        Assert.NotEqual(expected, await VectorsAsync(plain, "a b c"));
    }

    [Theory]
    [InlineData(EmbeddingPurpose.Query, "ask a b c")]
    [InlineData(EmbeddingPurpose.Document, "find a b c")]
    [InlineData(null, "a b c")]
    public async Task GenerateAsync_Purpose_VectorOfItsPromptAndText(EmbeddingPurpose? purpose, string expected)
    {
        using var plain = Load(_model);
        var options = new EmbeddingGenerationOptions();
        options.SetPurpose(purpose);
        var same = await plain.GenerateAsync(["a b c"], options, Cancellation);
        Assert.Equal((await VectorsAsync(plain, "a b c"))[0], same[0].Vector.ToArray());
        using var embedder = LoadWith("""{"prompts": {"query": "ask ", "passage": "find ", "other": "no "}}""");

        var embeddings = await embedder.GenerateAsync(["a b c"], options, Cancellation);

        Assert.Equal((await VectorsAsync(plain, expected))[0], embeddings[0].Vector.ToArray());
        Assert.Equal(Letters.Ids(expected).Length, embeddings.Usage!.InputTokenCount);
    }

    [Fact]
    public async Task GenerateAsync_PromptAndLongText_TheTextIsCut()
    {
        new TinyModel { Labels = 0, Pooling = "mean", MaxTokens = 12 }.Write(_folder.Path);
        WritePrompts("""{"prompts": {"query": "a b "}, "default_prompt_name": "query"}""");
        using var embedder = LocalEmbeddingGenerator.Load(_folder.Path, new() { Threads = 1 });

        var embeddings = await embedder.GenerateAsync([Letters.Text(10)], cancellationToken: Cancellation);

        Assert.Equal(2, embeddings[0].GetTruncatedTokens());
    }

    [Fact]
    public async Task GenerateAsync_UnknownPurpose_Refused()
    {
        using var embedder = Load(_model);
        var options = new EmbeddingGenerationOptions { AdditionalProperties = new() { [EmbeddingProperties.PurposeKey] = "passage" } };

        await Assert.ThrowsAsync<ArgumentException>(() => embedder.GenerateAsync(["a"], options, Cancellation));
    }

    [Theory]
    [InlineData("mean", "a: ", true)]
    [InlineData("mean", "", false)]
    [InlineData("cls", "a: ", false)]
    public void Load_PromptOutsideOfTheMean_IsNotSupported(string pooling, string prompt, bool refused)
    {
        (_model with { Pooling = pooling }).Write(_folder.Path);
        WritePrompts($$"""{"prompts": { "query": "{{prompt}}" } }""");
        string file = Path.Combine(_folder.Path, "1_Pooling", "config.json");
        File.WriteAllText(file, $$"""{"pooling_mode": "{{pooling}}", "include_prompt": false}""");

        var error = Record.Exception(() => LocalEmbeddingGenerator.Load(_folder.Path).Dispose());

        Assert.Equal(refused, error is NotSupportedException);
        Assert.Equal(refused, error?.Message.Contains("include_prompt", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public async Task GenerateAsync_NoTexts_NoEmbeddings()
    {
        using var embedder = Load(_model);

        var embeddings = await embedder.GenerateAsync([], cancellationToken: Cancellation);

        Assert.Empty(embeddings);
        Assert.Equal(0, embeddings.Usage!.InputTokenCount);
    }

    [Fact]
    public async Task GenerateAsync_VectorIsNotFinite_NamesTheText()
    {
        int unsound = Letters.Ids("z")[1];
        _model.Write(_folder.Path, changeTensors: tensors =>
        {
            // Finite, but the squares that the norm of one letter's row adds up are not.
            int place = tensors.FindIndex(tensor => tensor.Name.EndsWith("word_embeddings.weight", StringComparison.Ordinal));
            float[] rows = MemoryMarshal.Cast<byte, float>(tensors[place].Bytes).ToArray();
            int width = (int)tensors[place].Shape[1];
            rows.AsSpan(unsound * width, width).Fill(float.MaxValue);
            rows[unsound * width] = float.MinValue;
            tensors[place] = TensorData.F32(tensors[place].Name, tensors[place].Shape, rows);
        });
        using var embedder = LocalEmbeddingGenerator.Load(_folder.Path, new() { Threads = 1 });

        var error = await Assert.ThrowsAsync<RerankerException>(() => embedder.GenerateAsync(["a", "b z"], null, Cancellation));

        Assert.Contains("The vector of text 1 has the component NaN", error.Message, StringComparison.Ordinal);
        Assert.Null(error.DocumentIndex);
        Assert.Single(await embedder.GenerateAsync(["a"], null, Cancellation));
    }

    [Fact]
    public async Task GenerateAsync_NullText_IsNamed()
    {
        using var embedder = Load(_model);

        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => embedder.GenerateAsync(["a", null!], cancellationToken: Cancellation));

        Assert.Contains("Text 1 is null", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentNullException>(() => embedder.GenerateAsync(null!, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task GenerateAsync_OtherDimensionsOrModel_Refused()
    {
        using var embedder = Load(_model);

        var dimensions = await RefusalAsync(embedder, new() { Dimensions = 17 });
        var model = await RefusalAsync(embedder, new() { ModelId = "another" });

        Assert.Contains("17 dimensions", dimensions.Message, StringComparison.Ordinal);
        Assert.Contains("gives 16", dimensions.Message, StringComparison.Ordinal);
        Assert.Contains("'another'", model.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GenerateAsync_FewerDimensions_AreTheFirst(bool normalize)
    {
        using var embedder = Load(_model with { Normalize = normalize });
        float[] whole = (await VectorsAsync(embedder, "a b c"))[0];

        var embeddings = await embedder.GenerateAsync(["a b c"], new() { Dimensions = 5 }, Cancellation);

        double length = normalize ? Math.Sqrt(whole.Take(5).Sum(value => (double)value * value)) : 1;
        Values.AssertClose(
            [.. whole.Take(5).Select(value => value / length)], [.. embeddings[0].Vector.ToArray().Select(value => (double)value)], 1e-6);
    }

    [Theory]
    [InlineData("Qwen3Model")]
    [InlineData("Qwen3ForCausalLM")]
    public async Task GenerateAsync_Qwen_LastTokenBehindPromptAndText(string architecture)
    {
        const int EndOfText = 256 + 4;
        var model = new TinyModel
        {
            ModelType = "qwen3",
            Labels = 0,
            Layers = 2,
            Heads = 4,
            Positions = 300,
            VocabularySize = ChatTokenizer.VocabularySize,
            Pooling = "lasttoken",
        };
        model.Write(_folder.Path, config => config["architectures"]![0] = architecture);
        ChatTokenizer.Write(_folder.Path, """
            {"type": "TemplateProcessing",
             "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "<|endoftext|>", "type_id": 0}}],
             "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "<|endoftext|>", "type_id": 0}},
                      {"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "<|endoftext|>", "type_id": 1}}]}
            """);
        using var embedder = LoadWith("""{"prompts": {"query": "Instruct: find\nQuery:", "document": ""}}""");
        var options = new EmbeddingGenerationOptions();
        options.SetPurpose(EmbeddingPurpose.Query);

        var embeddings = await embedder.GenerateAsync(["a tea", ""], options, Cancellation);

        var reference = ReferenceModel.Of(model);
        string[] texts = ["Instruct: find\nQuery:a tea", "Instruct: find\nQuery:"];
        foreach (var (text, embedding) in texts.Zip(embeddings))
        {
            int[] ids = [.. System.Text.Encoding.UTF8.GetBytes(text).Select(value => (int)value), EndOfText];
            double[] last = reference.Hidden(ids, ids.Length)[^1];
            double length = Math.Sqrt(last.Sum(value => value * value));
            Values.AssertClose([.. last.Select(value => value / length)], [.. embedding.Vector.ToArray().Select(value => (double)value)]);
        }
    }

    [Fact]
    public async Task GenerateAsync_NoTokens_VectorOfZeros()
    {
        var model = new TinyModel
        {
            ModelType = "qwen3",
            Labels = 0,
            Heads = 4,
            VocabularySize = ChatTokenizer.VocabularySize,
            Pooling = "lasttoken",
        };
        model.Write(_folder.Path);
        ChatTokenizer.Write(_folder.Path);
        using var embedder = LocalEmbeddingGenerator.Load(_folder.Path);

        float[][] vectors = await VectorsAsync(embedder, "", "a");

        Assert.All(vectors[0], value => Assert.Equal(0, value));
        Assert.Contains(vectors[1], value => value != 0);
    }

    [Fact]
    public async Task GenerateAsync_OwnDimensionsAndModel_Accepted()
    {
        using var embedder = Load(_model);
        var options = new EmbeddingGenerationOptions { Dimensions = 16, ModelId = new DirectoryInfo(_folder.Path).Name };

        var embeddings = await embedder.GenerateAsync(["a"], options, Cancellation);

        Assert.Equal(options.ModelId, embeddings[0].ModelId);
        Assert.NotNull(embeddings[0].CreatedAt);
    }

    [Fact]
    public async Task GenerateAsync_CancelledOrDisposed_Throws()
    {
        var embedder = Load(_model);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => embedder.GenerateAsync(["a"], null, new(canceled: true)));

        embedder.Dispose();
        embedder.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => embedder.GenerateAsync(["a"], null, Cancellation));
    }

    [Fact]
    public void GetService_FactsAboutTheModel_AreThose()
    {
        using var embedder = Load(_model);

        var metadata = embedder.GetService<EmbeddingGeneratorMetadata>()!;

        Assert.Equal("resift.local", metadata.ProviderName);
        Assert.Equal(new DirectoryInfo(_folder.Path).Name, metadata.DefaultModelId);
        Assert.Equal(16, metadata.DefaultModelDimensions);
        Assert.Equal(LocalModelInfo.Read(_folder.Path), embedder.GetService<LocalModelInfo>());
        Assert.Same(embedder, embedder.GetService<IEmbeddingGenerator<string, Embedding<float>>>());
        Assert.Null(embedder.GetService<IReranker>());
        Assert.Null(embedder.GetService<LocalModelInfo>("key"));
    }

    [Fact]
    public async Task GetService_TokenCounter_CountsWhatIsReadAndCut()
    {
        using var embedder = Load(_model);
        var counter = embedder.GetService<TokenCounter>()!;
        string text = Letters.Text(1000);
        var embeddings = await embedder.GenerateAsync(["a, b", text], null, Cancellation);
        int cut = (int)embeddings[1].AdditionalProperties![EmbeddingProperties.TruncatedTokensKey]!;
        Assert.Equal(3, counter("a, b"));
        Assert.Equal(embeddings.Usage!.InputTokenCount, counter("a, b") + counter(text) - cut + 4);
    }

    [Theory]
    [InlineData(1, "a cross-encoder (a classification head with one label), not an embedding model")]
    [InlineData(2, "a classifier with 2 labels, not an embedding model")]
    public void Load_OtherHead_SaysWhatTheModelIs(int labels, string message) =>
        Assert.Contains(message, Assert.Throws<NotSupportedException>(() => Load(_model with { Labels = labels })).Message);

    [Fact]
    public void Load_NoModules_SaysWhatIsMissing() =>
        Assert.Contains("has no modules.json", Assert.Throws<NotSupportedException>(() => Load(_model with { Pooling = null })).Message);

    private static double[] Reference(TinyModel model, string text)
    {
        int[] ids = Letters.Ids(text);
        double[][] hidden = new ReferenceEncoder(model).Hidden(ids, ids.Length);
        double[] vector = model.Pooling switch
        {
            "cls" => hidden[0],
            "lasttoken" => hidden[^1],
            _ => [.. hidden[0].Select((_, i) => hidden.Average(row => row[i]))],
        };
        double length = model.Normalize ? Math.Sqrt(vector.Sum(value => value * value)) : 1;
        return [.. vector.Select(value => value / length)];
    }

    private static async Task<float[][]> VectorsAsync(LocalEmbeddingGenerator embedder, params string[] texts) =>
        [.. (await embedder.GenerateAsync(texts, cancellationToken: Cancellation)).Select(embedding => embedding.Vector.ToArray())];

    private static Task<NotSupportedException> RefusalAsync(LocalEmbeddingGenerator embedder, EmbeddingGenerationOptions options) =>
        Assert.ThrowsAsync<NotSupportedException>(() => embedder.GenerateAsync(["a"], options, Cancellation));

    private LocalEmbeddingGenerator LoadWith(string prompts)
    {
        WritePrompts(prompts);
        return LocalEmbeddingGenerator.Load(_folder.Path, new() { Threads = 1 });
    }

    private void WritePrompts(string json) => File.WriteAllText(_folder.File("config_sentence_transformers.json"), json);

    private LocalEmbeddingGenerator Load(TinyModel model) => LocalEmbeddingGenerator.Load(model.Write(_folder.Path), new() { Threads = 1 });
}
