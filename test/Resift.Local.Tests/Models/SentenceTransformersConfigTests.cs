using System.Text.Json.Nodes;

namespace Resift.Local.Tests.Models;

/// <summary>What sentence-transformers writes beside <c>config.json</c> is followed, or refused by its name.</summary>
public sealed class SentenceTransformersConfigTests : IDisposable
{
    private const string Identity = "torch.nn.modules.linear.Identity";
    private const string Sigmoid = "torch.nn.modules.activation.Sigmoid";
    private const string Settings = "config_sentence_transformers.json";
    private const string Transformer = "sentence_bert_config.json";
    private const string Modules = "modules.json";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Identity, null, null, ScoreScale.Logit)]
    [InlineData(Identity, Sigmoid, Sigmoid, ScoreScale.Logit)]
    [InlineData(Sigmoid, Identity, Identity, ScoreScale.Probability)]
    [InlineData(null, Identity, Sigmoid, ScoreScale.Logit)]
    [InlineData(null, null, Identity, ScoreScale.Logit)]
    [InlineData(null, null, null, ScoreScale.Probability)]
    [InlineData("torch.nn.Identity", null, null, ScoreScale.Logit)]
    public void Read_Activation_TheFirstThatIsNamedDecides(string? newest, string? current, string? old, ScoreScale expected)
    {
        new TinyModel().Write(_folder.Path, config =>
        {
            config["sentence_transformers"] = current is null ? null : new JsonObject { ["activation_fn"] = current };
            config["sbert_ce_default_activation_function"] = old;
        });
        Write(Settings, new JsonObject { ["model_type"] = "CrossEncoder", ["activation_fn"] = newest }.ToJsonString());

        Assert.Equal(expected, LocalModelInfo.Read(_folder.Path).ScoreScale);
        using var reranker = LocalReranker.Load(_folder.Path, new() { Threads = 1 });
        Assert.Equal(expected, reranker.GetService<RerankerMetadata>()!.ScoreScale);
    }

    [Theory]
    [InlineData(Settings, """{"activation_fn": "torch.nn.Tanh"}""", "the head's activation 'torch.nn.Tanh' (activation_fn)")]
    [InlineData(Settings, """{"activation_fn": "house.Identity"}""", "'house.Identity' (activation_fn) is not supported")]
    [InlineData(Settings, """{"model_type": "SentenceTransformer"}""", "model_type is 'SentenceTransformer'")]
    [InlineData(Settings, """{"prompts": {"web": "Find: "}, "default_prompt_name": "web"}""", "default_prompt_name puts 'Find: ' before")]
    [InlineData(Transformer, """{"transformer_task": "text-generation"}""", "transformer_task 'text-generation'")]
    [InlineData(Transformer, """{"module_output_name": "causal_logits"}""", "module_output_name 'causal_logits'")]
    [InlineData(Transformer, """{"modality_config": {"text": {"method_output_name": "pooler"}}}""", "method_output_name 'pooler'")]
    [InlineData(Transformer, """{"processing_kwargs": {"text": {}}}""", """processing_kwargs is {"text": {}}, which is not""")]
    [InlineData(Transformer, """{"query_length": 32}""", "query_length is 32, which is not supported")]
    [InlineData(Transformer, """{"tokenizer_name_or_path": "other"}""", "tokenizer_name_or_path is \"other\"")]
    [InlineData(Modules, """[{"type": "a.Transformer"}, {"type": "a.Pooling", "path": "1"}]""", "the modules [Transformer, Pooling]")]
    [InlineData(Modules, """[{"type": "a.Transformer"}, {"type": "b.LogitScore", "path": "1"}]""", "supported: Transformer alone")]
    [InlineData(Modules, """[{"type": "a.Transformer", "path": "0_Transformer"}]""", "lies in the folder '0_Transformer'")]
    [InlineData("tokenizer_config.json", """{"truncation_side": "left"}""", "truncation_side 'left' is not supported")]
    [InlineData("tokenizer_config.json", """{"model_input_names": ["input_ids"]}""", "model_input_names lacks token_type_ids")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class": "DistilBertTokenizer"}""", "a DistilBertTokenizer has none")]
    [InlineData("tokenizer_config.json", """{"do_basic_tokenize": false}""", "do_basic_tokenize false")]
    [InlineData("tokenizer_config.json", """{"never_split": ["a"]}""", "words in never_split")]
    public void Load_CrossEncoderWithUnknownSetting_IsRefusedByFileAndName(string file, string json, string message)
    {
        new TinyModel().Write(_folder.Path);
        Write(file, json);

        var error = Assert.Throws<NotSupportedException>(() => LocalReranker.Load(_folder.Path));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Settings, """{"model_type": "SparseEncoder"}""", "model_type is 'SparseEncoder'")]
    [InlineData(Transformer, """{"transformer_task": "fill-mask"}""", "transformer_task 'fill-mask'")]
    [InlineData(Transformer, """{"query_expansion": {"length": 32}}""", "query_expansion is")]
    public void Load_EmbedderWithUnknownSetting_IsRefusedByFileAndName(string file, string json, string message)
    {
        new TinyModel { Labels = 0, Pooling = "mean" }.Write(_folder.Path);
        Write(file, json);

        var error = Assert.Throws<NotSupportedException>(() => LocalEmbeddingGenerator.Load(_folder.Path));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Settings, """{"prompts": {"query": ""}, "default_prompt_name": "query", "similarity_fn_name": "manhattan"}""")]
    [InlineData(Transformer, """{"transformer_task": "sequence-classification", "module_output_name": "scores"}""")]
    [InlineData(Transformer, """{"unpad_inputs": true, "query_length": null, "model_kwargs": {"dtype": "float32"}}""")]
    [InlineData(Transformer, """{"processing_kwargs": {}}""")]
    [InlineData("tokenizer_config.json", """{"truncation_side": "right", "model_input_names": ["token_type_ids"]}""")]
    public void Load_SettingWithoutEffect_IsPassedOver(string file, string json)
    {
        FullFolder.Write(_folder.Path, labels: 1);
        Write(file, json);

        LocalReranker.Load(_folder.Path, new() { Threads = 1 }).Dispose();
    }

    [Fact]
    public async Task Load_LowercaseWithCasedTokenizer_IsFollowed()
    {
        string[] documents = ["A B", "a b", "C"];
        new TinyModel().Write(_folder.Path);
        Write("tokenizer_config.json", """{"do_lower_case": false}""");
        double[] cased = await ScoresAsync();
        Write(Transformer, """{"do_lower_case": true}""");
        double[] lowered = await ScoresAsync();
        File.Delete(_folder.File(Transformer));
        Write("tokenizer_config.json", """{"do_lower_case": true}""");

        Assert.NotEqual(cased[0], cased[1]);
        Assert.Equal(lowered[0], lowered[1]);
        Assert.Equal(await ScoresAsync(), lowered);

        async Task<double[]> ScoresAsync()
        {
            using var reranker = LocalReranker.Load(_folder.Path, new() { Threads = 1 });
            return await reranker.ScoresAsync("a", documents);
        }
    }

    private void Write(string file, string json) => File.WriteAllText(_folder.File(file), json);
}
