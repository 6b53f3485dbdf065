using Resift.Local.Models;

namespace Resift.Local.Tests.Models;

public sealed class ModelCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("bert", 1, LocalModelKind.CrossEncoder)]
    [InlineData("bert", 0, LocalModelKind.Embedder)]
    [InlineData("bert", 2, LocalModelKind.Classifier)]
    [InlineData("electra", 1, LocalModelKind.CrossEncoder)]
    [InlineData("electra", 0, LocalModelKind.Embedder)]
    [InlineData("electra", 3, LocalModelKind.Classifier)]
    [InlineData("roberta", 1, LocalModelKind.CrossEncoder)]
    [InlineData("roberta", 0, LocalModelKind.Embedder)]
    [InlineData("distilbert", 1, LocalModelKind.CrossEncoder)]
    [InlineData("distilbert", 0, LocalModelKind.Embedder)]
    [InlineData("mpnet", 1, LocalModelKind.CrossEncoder)]
    [InlineData("mpnet", 0, LocalModelKind.Embedder)]
    [InlineData("modernbert", 2, LocalModelKind.Classifier)]
    [InlineData("modernbert", 0, LocalModelKind.Embedder)]
    [InlineData("deberta-v2", 3, LocalModelKind.Classifier)]
    [InlineData("deberta-v2", 0, LocalModelKind.Embedder)]
    public void Validate_Heads_AreTold(string type, int labels, LocalModelKind kind)
    {
        var model = new TinyModel { ModelType = type, Labels = labels, EmbeddingSize = 8, Layers = 3 };

        Assert.Equal(new ModelHead(kind, labels), ModelLoad.All(model.Write(_folder.Path)));
    }

    [Fact]
    public void Validate_LabelsNowhereNamed_CountsRows()
    {
        new TinyModel().Write(_folder.Path, config => config.Remove("id2label"));

        Assert.Equal(new ModelHead(LocalModelKind.CrossEncoder, 1), ModelLoad.All(_folder.Path));
    }

    [Fact]
    public void Validate_OtherLabels_Throws()
    {
        new TinyModel().Write(_folder.Path, config => config["id2label"]!["1"] = "LABEL_1");

        Assert.Contains("'classifier.weight' is [1, 16], but", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_SaysClassifierButHasNone_Throws()
    {
        new TinyModel { Labels = 0 }.Write(_folder.Path, config => config["architectures"]![0] = "BertForSequenceClassification");

        Assert.Contains("tensor 'classifier.weight' is missing", Fault(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BertForMultipleChoice")]
    [InlineData("BertForTokenClassification")]
    public void Validate_ClassifierOfAnotherKind_IsNotSupported(string architecture)
    {
        new TinyModel().Write(_folder.Path, config => config["architectures"]![0] = architecture);

        var error = Assert.Throws<NotSupportedException>(() => ModelLoad.All(_folder.Path));

        Assert.Contains($"the architecture '{architecture}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_LayerMissing_NamesIt()
    {
        new TinyModel { Layers = 2 }.Write(_folder.Path, config => config["num_hidden_layers"] = 4);

        Assert.Contains("Layer 2 of 4 is missing", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_InnerLayerMissing_NamesIt()
    {
        new TinyModel { Layers = 3 }.Write(_folder.Path, changeTensors: tensors =>
            tensors.RemoveAll(tensor => tensor.Name.Contains("layer.1.", StringComparison.Ordinal)));

        Assert.Contains("Layer 1 of 3 is missing", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_LayerTooMany_Throws()
    {
        new TinyModel { Layers = 2 }.Write(_folder.Path, config => config["num_hidden_layers"] = 1);

        Assert.Contains("16 tensors belong to layer 1, but", Fault(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hidden_size", 32, "is [60, 16], but")]
    [InlineData("hidden_size", 32, "expects [60, 32] (vocab_size 60, hidden_size 32)")]
    [InlineData("vocab_size", 100, "expects [100, 16] (vocab_size 100, hidden_size 16)")]
    [InlineData("max_position_embeddings", 64, "expects [64, 16] (max_position_embeddings 64, hidden_size 16)")]
    [InlineData("type_vocab_size", 1, "expects [1, 16] (type_vocab_size 1, hidden_size 16)")]
    [InlineData("intermediate_size", 64, "expects [64, 16] (intermediate_size 64, hidden_size 16)")]
    public void Validate_OtherSize_NamesTheFields(string field, int value, string message)
    {
        new TinyModel().Write(_folder.Path, config => config[field] = value);

        Assert.Contains(message, Fault(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bert.pooler.dense.weight")]
    [InlineData("bert.encoder.layer.0.output.LayerNorm.bias")]
    [InlineData("classifier.bias")]
    public void Validate_TensorMissing_NamesIt(string name)
    {
        new TinyModel().Write(_folder.Path, changeTensors: tensors => tensors.RemoveAll(tensor => tensor.Name == name));

        Assert.Contains($"tensor '{TensorName.Canonical(name)}' is missing among 24 tensors", Fault(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("distilbert", "distilbert.transformer.layer.0.ffn.lin2.bias", "transformer.layer.0.ffn.lin2.bias")]
    [InlineData("distilbert", "pre_classifier.weight", "pre_classifier.weight")]
    [InlineData("mpnet", "mpnet.encoder.relative_attention_bias.weight", "encoder.relative_attention_bias.weight")]
    [InlineData("mpnet", "mpnet.encoder.layer.0.attention.LayerNorm.weight", "encoder.layer.0.attention.LayerNorm.weight")]
    [InlineData("roberta", "classifier.out_proj.bias", "classifier.out_proj.bias")]
    [InlineData("modernbert", "model.layers.0.attn.Wqkv.weight", "layers.0.attn.Wqkv.weight")]
    [InlineData("modernbert", "head.norm.weight", "head.norm.weight")]
    [InlineData("deberta-v2", "deberta.encoder.rel_embeddings.weight", "encoder.rel_embeddings.weight")]
    [InlineData("deberta-v2", "deberta.encoder.LayerNorm.bias", "encoder.LayerNorm.bias")]
    public void Validate_TensorOfAnArchitectureMissing_NamesIt(string type, string stored, string named)
    {
        new TinyModel { ModelType = type }.Write(
            _folder.Path, changeTensors: tensors => Assert.Equal(1, tensors.RemoveAll(tensor => tensor.Name == stored)));

        Assert.Contains($"tensor '{named}' is missing among", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_OtherSizeOrLayersOfDistilBert_NamesItsFields()
    {
        var model = new TinyModel { ModelType = "distilbert" };

        model.Write(_folder.Path, config => config["dim"] = 32);
        Assert.Contains("expects [60, 32] (vocab_size 60, dim 32)", Fault(), StringComparison.Ordinal);
        model.Write(_folder.Path, config => config["n_layers"] = 2);
        Assert.Contains("Layer 1 of 2 is missing", Fault(), StringComparison.Ordinal);
        Assert.Contains("says n_layers 2", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_OtherBucketsOfDeBerta_NamesTheFields()
    {
        new TinyModel { ModelType = "deberta-v2" }.Write(_folder.Path, config => config["position_buckets"] = 10);

        Assert.Contains("expects [20, 16] (2 × position_buckets 20, hidden_size 16)", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_OtherSizeOfModernBert_NamesTheFields()
    {
        new TinyModel { ModelType = "modernbert" }.Write(_folder.Path, config => config["intermediate_size"] = 48);

        Assert.Contains("is [64, 16], but", Fault(), StringComparison.Ordinal);
        Assert.Contains("expects [96, 16] (2 × intermediate_size 96, hidden_size 16)", Fault(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60, 60, true)]
    [InlineData(61, 60, false)]
    [InlineData(59, 60, false)] // 60 is no multiple of 8: no padding
    [InlineData(57, 64, true)] // padded to a multiple of 8
    [InlineData(1, 64, true)]
    [InlineData(56, 72, false)]
    [InlineData(65, 72, true)]
    [InlineData(64, 72, false)]
    [InlineData(129, 256, true)] // padded to a multiple of 128 at most
    [InlineData(128, 256, false)]
    public void ValidateVocabulary_Rows_AreTheTokensAndPadding(int tokens, int rows, bool fits)
    {
        var config = EncoderConfig.Load(new TinyModel { VocabularySize = rows }.Write(_folder.Path));

        var error = Record.Exception(() => ModelCheck.ValidateVocabulary(tokens, config));

        Assert.Equal(fits, error is null);
        Assert.True(fits || error is InvalidDataException);
    }

    [Theory]
    [InlineData(128_001, 128_100, true)]
    [InlineData(250_102, 251_000, true)]
    [InlineData(127_100, 128_100, false)]
    [InlineData(128_101, 128_100, false)]
    public void ValidateVocabulary_DeBerta_RowsAreMore(int tokens, int rows, bool fits)
    {
        string folder = new TinyModel { ModelType = "deberta-v2" }.Write(_folder.Path, json => json["vocab_size"] = rows);

        var error = Record.Exception(() => ModelCheck.ValidateVocabulary(tokens, EncoderConfig.Load(folder)));

        Assert.Equal(fits, error is null);
        Assert.True(fits || error is InvalidDataException);
    }

    [Theory]
    [InlineData(151_669, true)] // Qwen3's tokens and rows, which are more than padding
    [InlineData(151_424, false)]
    public void ValidateVocabulary_RowsOfQwen_AreMore(int tokens, bool fits)
    {
        var model = new TinyModel { ModelType = "qwen3", HiddenSize = 2, Heads = 2, VocabularySize = 151_936 };
        var config = EncoderConfig.Load(model.Write(_folder.Path));

        var error = Record.Exception(() => ModelCheck.ValidateVocabulary(tokens, config));

        Assert.Equal(fits, error is null);
    }

    private string Fault() => Assert.Throws<InvalidDataException>(() => ModelLoad.All(_folder.Path)).Message;
}
