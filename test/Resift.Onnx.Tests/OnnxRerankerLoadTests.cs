namespace Resift.Onnx.Tests;

public sealed class OnnxRerankerLoadTests : IDisposable
{
    private readonly TinyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_NoFolder_SaysSo() => Assert.Contains(
        "does not exist", Assert.Throws<DirectoryNotFoundException>(() => OnnxReranker.Load(_folder.File("none"))).Message);

    [Fact]
    public void Load_NoGraph_SaysWhatIsThere()
    {
        var error = Assert.Throws<FileNotFoundException>(() => OnnxReranker.Load(_folder.Path));
        Assert.Contains("model.onnx", error.Message);
        Assert.Contains("vocab.txt", error.Message);
    }

    [Fact]
    public void Load_T5_SaysWhatRunsIt()
    {
        _folder.Write("config.json", """{"model_type": "t5"}""");
        Assert.Contains("LocalReranker", Assert.Throws<FileNotFoundException>(() => OnnxReranker.Load(_folder.Path)).Message);
    }

    [Fact]
    public void Load_NamedGraph_ThatOne()
    {
        _folder.With(new() { Output = "scores" }, "onnx/model_fp16.onnx");
        using var reranker = OnnxReranker.Load(_folder.Path, new() { GraphFile = "onnx/model_fp16.onnx" });
        Assert.Equal("scores", reranker.GetService<OnnxModelInfo>()!.Output);
        Assert.Throws<FileNotFoundException>(() => OnnxReranker.Load(_folder.Path, new() { GraphFile = "model_int8.onnx" }));
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")]
    [InlineData("<!doctype html><html></html>")]
    [InlineData("")]
    public void Load_AnotherFile_Refused(string text)
    {
        _folder.Write("model.onnx", text);
        Assert.Contains("model.onnx", Assert.Throws<InvalidDataException>(() => OnnxReranker.Load(_folder.Path)).Message);
    }

    [Fact]
    public void Load_GraphCutAnywhere_Refused()
    {
        _folder.With(new());
        byte[] graph = File.ReadAllBytes(_folder.File("model.onnx"));
        for (int length = 1; length < graph.Length; length += 37)
        {
            File.WriteAllBytes(_folder.File("model.onnx"), graph[..length]);
            Assert.Throws<InvalidDataException>(() => OnnxReranker.Load(_folder.Path));
        }
    }

    [Fact]
    public void Load_NoWeightsBesideTheGraph_NamesTheirFile()
    {
        _folder.With(new() { DataFile = "model.onnx_data" });
        File.Delete(_folder.File("model.onnx_data"));
        Assert.Contains("'model.onnx_data'", Assert.Throws<FileNotFoundException>(() => OnnxReranker.Load(_folder.Path)).Message);
    }

    [Fact]
    public void Load_WeightsCutOff_Refused()
    {
        _folder.With(new() { DataFile = "model.onnx_data" });
        File.WriteAllBytes(_folder.File("model.onnx_data"), [1, 2, 3]);
        Assert.Contains("model.onnx", Assert.Throws<InvalidDataException>(() => OnnxReranker.Load(_folder.Path)).Message);
    }

    [Fact]
    public void Load_WeightsOutsideOfTheFolder_Refused()
    {
        Directory.CreateDirectory(_folder.File("onnx"));
        _folder.With(new() { DataFile = "../weights.bin" }, "onnx/model.onnx");
        Assert.Contains("'../weights.bin'", Assert.Throws<InvalidDataException>(() => OnnxReranker.Load(_folder.Path)).Message);
    }

    public static TheoryData<string, string> Unfit => new(
        ("past", "wants an input 'past_key_values.0.key'"),
        ("ids", "wants an input 'tokens'"),
        ("fixed", "has the fixed shape [-1, 16]"),
        ("vectors", "it cannot score"),
        ("tokens", "numbers for each token"));

    [Theory]
    [MemberData(nameof(Unfit))]
    public void Load_UnfitGraph_SaysWhy(string which, string message)
    {
        TinyGraph graph = which switch
        {
            "past" => new() { OtherInput = "past_key_values.0.key" },
            "ids" => new() { IdsName = "tokens" },
            "fixed" => new() { FixedLength = 16 },
            "vectors" => new() { Output = "last_hidden_state", IsOfTokens = true },
            _ => new() { IsOfTokens = true },
        };
        Assert.Contains(message, Assert.Throws<NotSupportedException>(() => OnnxReranker.Load(_folder.With(graph))).Message);
    }

    [Fact]
    public void Load_OutputOfAnotherShape_Refused()
    {
        var error = Assert.Throws<InvalidDataException>(() => OnnxReranker.Load(_folder.With(new() { ForgetsRows = true, Width = 5 })));
        Assert.Contains("axes", error.Message);
    }

    [Fact]
    public void Load_TableSmallerThanTheVocabulary_Refused()
    {
        _folder.Write("config.json", """{"vocab_size": 20}""");
        Assert.Contains("vocab_size 20", Assert.Throws<InvalidDataException>(() => OnnxReranker.Load(_folder.With(new()))).Message);

        _folder.Write("config.json", "{}");
        Assert.Contains(
            "does not run", Assert.Throws<InvalidDataException>(() => OnnxReranker.Load(_folder.With(new() { Rows = 3 }))).Message);
    }

    [Fact]
    public void Load_LabelsOfAnotherModel_Refused()
    {
        _folder.Write("config.json", """{"id2label": {"0": "yes", "1": "no"}}""");
        Assert.Contains("names 2", Assert.Throws<InvalidDataException>(() => OnnxReranker.Load(_folder.With(new()))).Message);
    }

    [Fact]
    public void Load_LabelsWithoutOneThatMeansRelevance_ListsThem()
    {
        _folder.Write("config.json", """{"id2label": {"0": "good", "1": "bad"}}""");
        _folder.With(new() { Width = 2 });
        Assert.Contains("0 'good', 1 'bad'", Assert.Throws<NotSupportedException>(() => OnnxReranker.Load(_folder.Path)).Message);
        Assert.Throws<ArgumentException>(() => OnnxReranker.Load(_folder.Path, new() { RelevantLabel = "fine" }));
    }

    [Theory]
    [InlineData("""{"max_position_embeddings": 64}""", null, 64)]
    [InlineData("""{"max_position_embeddings": 514, "model_type": "xlm-roberta", "pad_token_id": 1}""", null, 512)]
    [InlineData("""{"n_positions": 100}""", """{"model_max_length": 90}""", 90)]
    [InlineData("""{"max_position_embeddings": 40960}""", """{"model_max_length": 131072}""", 8192)]
    [InlineData("{}", """{"model_max_length": 1e30}""", 512)]
    public void Load_LimitsOfTheFiles_TheLeast(string config, string? tokenizer, int expected)
    {
        _folder.Write("config.json", config);
        if (tokenizer is not null)
        {
            _folder.Write("tokenizer_config.json", tokenizer);
        }

        using var reranker = OnnxReranker.Load(_folder.With(new()));
        Assert.Equal(expected, reranker.GetService<OnnxModelInfo>()!.MaxTokens);
    }

    [Fact]
    public void Load_MoreTokensThanPositions_Refused()
    {
        _folder.With(new());
        Assert.Contains(
            "64", Assert.Throws<ArgumentOutOfRangeException>(() => OnnxReranker.Load(_folder.Path, new() { MaxTokens = 65 })).Message);
    }

    [Fact]
    public void Load_ConfigureSession_IsAskedBeforeTheGraphLoads()
    {
        _folder.With(new());
        int? threads = null;
        using var reranker = OnnxReranker.Load(_folder.Path, new()
        {
            Threads = 3,
            ConfigureSession = session => threads = session.IntraOpNumThreads,
        });
        Assert.Equal(3, threads);
        Assert.Throws<InvalidOperationException>(() => OnnxReranker.Load(
            _folder.Path, new() { ConfigureSession = _ => throw new InvalidOperationException("no such provider") }));
    }

    [Fact]
    public void Options_RunsAndThreads_ShareTheProcessors()
    {
        int processors = Environment.ProcessorCount;
        Assert.Equal((Math.Min(64, processors), Math.Max(1, processors / 64)), Shares(new()));
        Assert.Equal((1, processors), Shares(new() { ConcurrentRuns = 1 }));
        Assert.Equal((1, processors + 1), Shares(new() { Threads = processors + 1 }));
        Assert.Equal((1, processors), Shares(new() { ConfigureSession = _ => { } }));

        static (int, int) Shares(OnnxModelOptions options) => (options.Runs, options.ThreadsPerRun);
    }

    [Fact]
    public void Options_OutOfRange_Refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxModelOptions { Threads = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxModelOptions { ConcurrentRuns = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxModelOptions { MaxTokens = 7 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxModelOptions { BatchTokens = 0 });
    }
}
