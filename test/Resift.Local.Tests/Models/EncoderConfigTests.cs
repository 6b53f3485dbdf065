using System.Text.Json.Nodes;
using Resift.Local.Models;

namespace Resift.Local.Tests.Models;

public sealed class EncoderConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_Bert_ReadsEverything()
    {
        var config = Load(new TinyModel { Positions = 40, Labels = 3 });

        Assert.IsType<BertArchitecture>(config.Architecture);
        Assert.Equal("BertForSequenceClassification", config.ClassName);
        Assert.Equal((60, 40, 2), (config.VocabularySize, config.MaxPositions, config.TypeVocabularySize));
        Assert.Equal((16, 16, 32), (config.HiddenSize, config.EmbeddingSize, config.IntermediateSize));
        Assert.Equal((1, 2, 3), (config.Layers, config.Heads, config.Labels));
        Assert.Equal(1e-12f, config.LayerNormEpsilon);
    }

    [Fact]
    public void Load_Electra_ReadsEmbeddingSize() =>
        Assert.Equal(8, Load(new TinyModel { ModelType = "electra", EmbeddingSize = 8 }).EmbeddingSize);

    [Fact]
    public void Load_ByteOrderMark_IsSkipped()
    {
        new TinyModel().Write(_folder.Path);
        File.WriteAllBytes(_folder.File("config.json"), [.. "\uFEFF"u8, .. File.ReadAllBytes(_folder.File("config.json"))]);

        Assert.Equal(16, EncoderConfig.Load(_folder.Path).HiddenSize);
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

        Assert.Contains("embedding_size is missing", Assert.Throws<InvalidDataException>(() => EncoderConfig.Load(folder)).Message);
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
        Assert.Contains(
            "model_type 'gpt2' is not supported; supported: bert, electra, roberta, xlm-roberta",
            Refusal(config => config["model_type"] = "gpt2"));
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
    [InlineData("new", "model_type 'new' is not supported")]
    [InlineData(null, "model_type is missing")]
    public void Load_TypeWithCodeOfItsOwn_IsRefusedAndNeverRun(string? type, string expected)
    {
        string error = Refusal(config =>
        {
            config["model_type"] = type;
            config["auto_map"] = new JsonObject { ["AutoModel"] = "modeling.NewModel" };
        });

        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Contains("code of its own in auto_map, which is never run", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bert", typeof(BertArchitecture))]
    [InlineData("electra", typeof(ElectraArchitecture))]
    [InlineData("roberta", typeof(RobertaArchitecture))]
    [InlineData("xlm-roberta", typeof(RobertaArchitecture))]
    [InlineData("camembert", typeof(RobertaArchitecture))]
    public void Load_ModelType_DecidesTheArchitecture(string type, Type expected)
    {
        var config = Load(new TinyModel { ModelType = type is "electra" ? type : "bert" }, json => json["model_type"] = type);

        Assert.IsType(expected, config.Architecture);
    }

    [Fact]
    public void Load_DistilBert_ReadsItsOwnFields()
    {
        var model = new TinyModel { ModelType = "distilbert", Layers = 3, Heads = 4, Activation = "relu" };

        var config = Load(model, json => json["layer_norm_eps"] = 0.5);

        Assert.Equal((16, 32, 3, 4), (config.HiddenSize, config.IntermediateSize, config.Layers, config.Heads));
        Assert.Equal((HiddenActivation.Relu, 1e-12f, 0), (config.Activation, config.LayerNormEpsilon, config.TypeVocabularySize));
        Assert.Contains("config.json: dim is missing", FaultOf(model, json => json.Remove("dim")));
        Assert.Contains("config.json: hidden_dim is missing", FaultOf(model, json => json.Remove("hidden_dim")));
        Assert.Contains("n_heads 3 does not divide dim 16", FaultOf(model, json => json["n_heads"] = 3));
    }

    [Theory]
    [InlineData("roberta")]
    [InlineData("mpnet")]
    public void Load_PositionsBehindPadding_AreFewer(string type)
    {
        var model = new TinyModel { ModelType = type, Positions = 34 };

        Assert.Equal((34, 32), (Load(model).Positions, Load(model).MaxPositions));
        Assert.Equal(32, Load(model, json => json.Remove("pad_token_id")).MaxPositions);
        Assert.Contains(
            "max_position_embeddings 9 leaves too few positions", FaultOf(model, json => json["max_position_embeddings"] = 9));
        Assert.Contains("expected at least 10", FaultOf(model, json => json["max_position_embeddings"] = 9));
    }

    [Fact]
    public void Load_Roberta_PositionsBeginBehindItsPadding()
    {
        var model = new TinyModel { ModelType = "roberta", Positions = 34 };

        Assert.Equal(33, Load(model, json => json["pad_token_id"] = 0).MaxPositions);
        Assert.Contains("pad_token_id 60 is beyond vocab_size 60", FaultOf(model, json => json["pad_token_id"] = 60));
        Assert.Contains("pad_token_id must not be negative, found -1", FaultOf(model, json => json["pad_token_id"] = -1));
    }

    [Fact]
    public void Load_MpNet_NeedsItsBuckets()
    {
        var model = new TinyModel { ModelType = "mpnet" };

        Assert.Contains(
            "relative_attention_num_buckets is missing", FaultOf(model, json => json.Remove("relative_attention_num_buckets")));
        var error = Assert.Throws<NotSupportedException>(() => Load(model, json => json["relative_attention_num_buckets"] = 64));
        Assert.Contains("relative_attention_num_buckets 64 is not supported; supported: 32", error.Message);
    }

    [Fact]
    public void Load_ModernBert_ReadsLayersAndBases()
    {
        var model = new TinyModel { ModelType = "modernbert", Layers = 5 };

        var config = Modern(model);

        Assert.Equal([true, false, false, true, false], config.IsGlobal);
        Assert.Equal((5, 500f, 50f), (config.Window, config.GlobalBase, config.LocalBase));
        Assert.Equal((Pooling.Cls, 1e-5f, 32), (config.HeadPooling, config.LayerNormEpsilon, config.MaxPositions));
    }

    [Fact]
    public void Load_ModernBertOfNewerVersions_GoesBeforeTheOlderFields()
    {
        var config = Modern(new TinyModel { ModelType = "modernbert", Layers = 3 }, json =>
        {
            json["layer_types"] = new JsonArray("sliding_attention", "full_attention", "full_attention");
            json["rope_parameters"] = JsonNode.Parse("""
                {"full_attention": {"rope_type": "default", "rope_theta": 7000.0}, "sliding_attention": {"rope_theta": 70}}
                """);
        });

        Assert.Equal([false, true, true], config.IsGlobal);
        Assert.Equal((7000f, 70f), (config.GlobalBase, config.LocalBase));
    }

    [Fact]
    public void Load_ModernBertThatLeavesFieldsOut_HasTheDefaultsOfItsReference()
    {
        string[] fields = ["local_attention", "global_attn_every_n_layers", "global_rope_theta", "local_rope_theta", "norm_eps"];
        var model = new TinyModel { ModelType = "modernbert", Layers = 4 };

        var config = Modern(model, json => Array.ForEach(fields, field => json.Remove(field)));

        Assert.Equal([true, false, false, true], config.IsGlobal);
        Assert.Equal((64, 160_000f, 10_000f, 1e-5f), (config.Window, config.GlobalBase, config.LocalBase, config.LayerNormEpsilon));
        Assert.Equal(500f, Modern(model, json => json["local_rope_theta"] = null).LocalBase);
    }

    [Fact]
    public void Load_ModernBertOutOfOrder_NamesTheField()
    {
        var model = new TinyModel { ModelType = "modernbert", Layers = 2 };

        Assert.Contains("makes heads of 1 numbers for num_attention_heads 16", FaultOf(model, json => json["num_attention_heads"] = 16));
        Assert.Contains("global_rope_theta must be a number above 1, found 0", FaultOf(model, json => json["global_rope_theta"] = 0));
        Assert.Contains(
            "layer_types names 1 layers, but num_hidden_layers is 2",
            FaultOf(model, json => json["layer_types"] = new JsonArray("full_attention")));
        Assert.Contains("max_position_embeddings 2000000 is not supported; supported: up to 131072", RefusalOf(
            model, json => json["max_position_embeddings"] = 2_000_000));
        Assert.Contains("layer_types 'sparse' is not supported", RefusalOf(
            model, json => json["layer_types"] = new JsonArray("full_attention", "sparse")));
        Assert.Contains("classifier_pooling 'max' is not supported", RefusalOf(model, json => json["classifier_pooling"] = "max"));
        Assert.Contains("rope_scaling is {\"type\":\"linear\"}", RefusalOf(
            model, json => json["rope_scaling"] = new JsonObject { ["type"] = "linear" }));
        Assert.Contains("rope_parameters: full_attention: rope_type is \"yarn\", which is not supported", RefusalOf(
            model, json => json["rope_parameters"] = JsonNode.Parse("""{"full_attention": {"rope_type": "yarn"}}""")));
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

        var error = Assert.Throws<InvalidDataException>(() => EncoderConfig.Load(_folder.Path));

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

        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => EncoderConfig.Load(_folder.Path)).Message);
    }

    [Fact]
    public void Load_NotUtf8_Throws()
    {
        File.WriteAllBytes(_folder.File("config.json"), [(byte)'{', 0xFF, (byte)'}']);

        Assert.Contains("is not valid UTF-8", Assert.Throws<InvalidDataException>(() => EncoderConfig.Load(_folder.Path)).Message);
    }

    [Fact]
    public void Load_Absent_SaysWhatIsThere()
    {
        Assert.Contains("the folder is empty", Assert.Throws<FileNotFoundException>(() => EncoderConfig.Load(_folder.Path)).Message);
        Assert.Throws<DirectoryNotFoundException>(() => EncoderConfig.Load(_folder.File("absent")));
    }

    private EncoderConfig Load(TinyModel model, Action<JsonObject>? change = null) => EncoderConfig.Load(model.Write(_folder.Path, change));

    private string Fault(Action<JsonObject> change) => FaultOf(new(), change);

    private string FaultOf(TinyModel model, Action<JsonObject> change) =>
        Assert.Throws<InvalidDataException>(() => Load(model, change)).Message;

    private string Refusal(Action<JsonObject> change) => RefusalOf(new(), change);

    private string RefusalOf(TinyModel model, Action<JsonObject> change) =>
        Assert.Throws<NotSupportedException>(() => Load(model, change)).Message;

    private ModernBertConfig Modern(TinyModel model, Action<JsonObject>? change = null) =>
        Assert.IsType<ModernBertConfig>(Load(model, change));
}
