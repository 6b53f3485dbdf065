using System.Text.Json.Nodes;
using Resift.Local.Models;

namespace Resift.Local.Tests.Models;

public sealed class BertConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_Bert_ReadsEverything()
    {
        var config = Load(new TinyModel { Positions = 40, Labels = 3 });

        Assert.Equal("bert", config.ModelType);
        Assert.False(config.IsElectra);
        Assert.Equal("BertForSequenceClassification", config.Architecture);
        Assert.Equal((60, 40, 2), (config.VocabularySize, config.MaxPositions, config.TypeVocabularySize));
        Assert.Equal((16, 16, 32), (config.HiddenSize, config.EmbeddingSize, config.IntermediateSize));
        Assert.Equal((1, 2, 3), (config.Layers, config.Heads, config.Labels));
        Assert.Equal(1e-12f, config.LayerNormEpsilon);
        Assert.Null(config.PositionEmbeddingType);
    }

    [Fact]
    public void Load_Electra_ReadsEmbeddingSize() =>
        Assert.Equal(8, Load(new TinyModel { ModelType = "electra", EmbeddingSize = 8 }).EmbeddingSize);

    [Fact]
    public void Load_ByteOrderMark_IsSkipped()
    {
        new TinyModel().Write(_folder.Path);
        File.WriteAllBytes(_folder.File("config.json"), [.. "\uFEFF"u8, .. File.ReadAllBytes(_folder.File("config.json"))]);

        Assert.Equal(16, BertConfig.Load(_folder.Path).HiddenSize);
    }

    [Theory]
    [InlineData("hidden_size")]
    [InlineData("num_hidden_layers")]
    [InlineData("num_attention_heads")]
    [InlineData("intermediate_size")]
    [InlineData("vocab_size")]
    [InlineData("max_position_embeddings")]
    [InlineData("model_type")]
    public void Load_FieldMissingOrNull_Throws(string field)
    {
        Assert.Contains($"config.json: {field} is missing", Fault(config => config.Remove(field)), StringComparison.Ordinal);
        Assert.Contains($"config.json: {field} is missing", Fault(config => config[field] = null), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ElectraWithoutEmbeddingSize_Throws()
    {
        string folder = new TinyModel { ModelType = "electra" }.Write(_folder.Path, config => config.Remove("embedding_size"));

        Assert.Contains("embedding_size is missing", Assert.Throws<InvalidDataException>(() => BertConfig.Load(folder)).Message);
    }

    [Fact]
    public void Load_WrongKind_SaysWhatWasFound()
    {
        Assert.Contains("hidden_size must be a whole number, found \"16\"", Fault(config => config["hidden_size"] = "16"));
        Assert.Contains("hidden_size must be a whole number, found 16.5", Fault(config => config["hidden_size"] = 16.5));
        Assert.Contains("hidden_size must be a whole number, found 4294967296", Fault(config => config["hidden_size"] = 1L << 32));
        Assert.Contains("num_attention_heads must be positive, found 0", Fault(config => config["num_attention_heads"] = 0));
        Assert.Contains("num_attention_heads 3 does not divide hidden_size 16", Fault(config => config["num_attention_heads"] = 3));
        Assert.Contains("layer_norm_eps must be a number in [0, 1), found -1", Fault(config => config["layer_norm_eps"] = -1));
        Assert.Contains("model_type must be a text, found 1", Fault(config => config["model_type"] = 1));
        Assert.Contains("id2label must be an object, found []", Fault(config => config["id2label"] = new JsonArray()));
        Assert.Contains("architectures must be a list of texts", Fault(config => config["architectures"] = "BertModel"));
    }

    [Fact]
    public void Load_NotSupported_NamesTheValue()
    {
        Assert.Contains("model_type 'gpt2' is not supported; supported: bert, electra", Refusal(config => config["model_type"] = "gpt2"));
        Assert.Contains("hidden_act 'swoosh' is not supported; supported: gelu", Refusal(config => config["hidden_act"] = "swoosh"));
        Assert.Contains(
            "position_embedding_type 'relative_key' is not supported",
            Refusal(config => config["position_embedding_type"] = "relative_key"));
        Assert.Contains("is_decoder is true", Refusal(config => config["is_decoder"] = true));
        Assert.Contains(
            "activation 'torch.nn.modules.activation.Tanh' (sbert_ce_default_activation_function) is not supported",
            Refusal(config => config["sbert_ce_default_activation_function"] = "torch.nn.modules.activation.Tanh"));
    }

    [Theory]
    [InlineData("gelu", "Gelu")]
    [InlineData("gelu_new", "GeluTanh")]
    [InlineData("gelu_pytorch_tanh", "GeluTanh")]
    [InlineData("relu", "Relu")]
    [InlineData("silu", "Silu")]
    public void Load_Activation_IsRead(string name, string expected) =>
        Assert.Equal(expected, Load(new TinyModel { Activation = name }).Activation.ToString());

    [Theory]
    [InlineData(null, null, ScoreScale.Probability)]
    [InlineData("torch.nn.modules.linear.Identity", null, ScoreScale.Logit)]
    [InlineData("torch.nn.modules.activation.Sigmoid", null, ScoreScale.Probability)]
    [InlineData(null, "torch.nn.modules.linear.Identity", ScoreScale.Logit)]
    [InlineData(null, "torch.nn.modules.activation.Sigmoid", ScoreScale.Probability)]
    [InlineData("torch.nn.modules.linear.Identity", "torch.nn.modules.activation.Sigmoid", ScoreScale.Logit)]
    public void Load_HeadActivation_DecidesTheScale(string? current, string? old, ScoreScale expected)
    {
        var config = Load(new TinyModel(), json =>
        {
            json["sentence_transformers"] = new JsonObject { ["version"] = "4.1.0", ["activation_fn"] = current };
            json["sbert_ce_default_activation_function"] = old;
        });

        Assert.Equal(expected, config.HeadScale);
    }

    [Fact]
    public void Load_LabelsByNumber_AreRead()
    {
        Assert.Equal(5, Load(new TinyModel { Labels = 0 }, json => json["num_labels"] = 5).Labels);
        Assert.Null(Load(new TinyModel { Labels = 0 }).Labels);
    }

    [Fact]
    public void Load_CutOff_SaysWhere()
    {
        File.WriteAllText(_folder.File("config.json"), "{\n  \"model_type\": \"bert\",\n  \"hid");

        var error = Assert.Throws<InvalidDataException>(() => BertConfig.Load(_folder.Path));

        Assert.Contains("config.json is not valid JSON at line 3", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "must hold an object, found []")]
    [InlineData("", "the file is empty")]
    [InlineData("{} }", "is not valid JSON at line 1")]
    [InlineData("""{"model_type": "\ud800"}""", "half of a surrogate pair")]
    [InlineData("""{"\udc00": 1}""", "half of a surrogate pair")]
    public void Load_NoObject_Throws(string content, string message)
    {
        File.WriteAllText(_folder.File("config.json"), content);

        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => BertConfig.Load(_folder.Path)).Message);
    }

    [Fact]
    public void Load_NotUtf8_Throws()
    {
        File.WriteAllBytes(_folder.File("config.json"), [(byte)'{', 0xFF, (byte)'}']);

        Assert.Contains("is not valid UTF-8", Assert.Throws<InvalidDataException>(() => BertConfig.Load(_folder.Path)).Message);
    }

    [Fact]
    public void Load_Absent_SaysWhatIsThere()
    {
        Assert.Contains("the folder is empty", Assert.Throws<FileNotFoundException>(() => BertConfig.Load(_folder.Path)).Message);
        Assert.Throws<DirectoryNotFoundException>(() => BertConfig.Load(_folder.File("absent")));
    }

    private BertConfig Load(TinyModel model, Action<JsonObject>? change = null) => BertConfig.Load(model.Write(_folder.Path, change));

    private string Fault(Action<JsonObject> change) =>
        Assert.Throws<InvalidDataException>(() => Load(new TinyModel(), change)).Message;

    private string Refusal(Action<JsonObject> change) =>
        Assert.Throws<NotSupportedException>(() => Load(new TinyModel(), change)).Message;
}
