using System.Text.Json.Nodes;
using Resift.Local.Models;

namespace Resift.Local.Tests.Models;

public sealed class T5ConfigTests : IDisposable
{
    private static readonly TinyModel _model = new() { ModelType = "t5", AnswersInWords = true };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_FieldsLeftOut_HasTheDefaultsOfItsReference()
    {
        string[] fields =
        [
            "num_decoder_layers", "layer_norm_epsilon", "relative_attention_num_buckets", "relative_attention_max_distance",
            "feed_forward_proj", "tie_word_embeddings", "decoder_start_token_id", "n_positions", "pad_token_id",
        ];

        var config = Load(json => Array.ForEach(fields, field => json.Remove(field)));

        Assert.Equal((1, 1e-6f, 32, 128), (config.DecoderLayers, config.LayerNormEpsilon, config.Buckets, config.MaxDistance));
        Assert.Equal((HiddenActivation.Relu, false), (config.Activation, config.IsGated));
        Assert.Equal((true, 0, 512), (config.ScalesOutput, config.DecoderStart, config.CustomaryLimit));
        Assert.False(Load(json => json["scale_decoder_outputs"] = false).ScalesOutput);
        Assert.Equal(7, Load(json =>
        {
            json.Remove("decoder_start_token_id");
            json["pad_token_id"] = 7;
        }).DecoderStart);
    }

    [Theory]
    [InlineData("gated-gelu", "GeluTanh", true)]
    [InlineData("gated-silu", "Silu", true)]
    [InlineData("gated-relu", "Relu", true)]
    [InlineData("relu", "Relu", false)]
    public void Load_FeedForward_IsRead(string value, string activation, bool isGated)
    {
        var config = Load(json => json["feed_forward_proj"] = value);

        Assert.Equal((activation, isGated), (config.Activation.ToString(), config.IsGated));
    }

    [Theory]
    [InlineData("d_kv", "null", "d_kv is missing")]
    [InlineData("d_model", "null", "d_model is missing")]
    [InlineData("relative_attention_num_buckets", "3", "relative_attention_num_buckets is 3")]
    [InlineData("relative_attention_max_distance", "8", "relative_attention_max_distance 8; expected at least 4 buckets, and a distance")]
    [InlineData("decoder_start_token_id", "60", "decoder_start_token_id 60 is beyond vocab_size 60")]
    public void Load_OutOfOrder_NamesTheField(string field, string value, string message) => Assert.Contains(
        message,
        Assert.Throws<InvalidDataException>(() => Load(json => json[field] = JsonNode.Parse(value))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Load_NotSupported_NamesTheValue()
    {
        var error = Assert.Throws<NotSupportedException>(() => Load(json => json["feed_forward_proj"] = "gated-swoosh"));
        Assert.Contains("feed_forward_proj 'gated-swoosh' is not supported; supported: relu, gated-gelu", error.Message);

        _model.Write(_folder.Path, json => json["architectures"]![0] = "T5ForSequenceClassification");
        error = Assert.Throws<NotSupportedException>(() => ModelLoad.All(_folder.Path));
        Assert.Contains("the architecture 'T5ForSequenceClassification' is not supported", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("decoder.block.1.layer.1.EncDecAttention.k.weight")]
    [InlineData("decoder.final_layer_norm.weight")]
    [InlineData("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight")]
    public void Validate_TensorMissing_NamesIt(string name)
    {
        _model.Write(_folder.Path, changeTensors: tensors => Assert.Equal(1, tensors.RemoveAll(tensor => tensor.Name == name)));

        Assert.Contains(
            $"tensor '{name}' is missing among", Assert.Throws<InvalidDataException>(() => ModelLoad.All(_folder.Path)).Message);
    }

    [Fact]
    public void Validate_OtherDecoderLayers_NamesTheField()
    {
        _model.Write(_folder.Path, json => json["num_decoder_layers"] = 1);

        string message = Assert.Throws<InvalidDataException>(() => ModelLoad.All(_folder.Path)).Message;

        Assert.Contains("belong to layer 1, but", message, StringComparison.Ordinal);
        Assert.Contains("says num_decoder_layers 1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_EncoderAlone_IsAnEmbedder()
    {
        _model.Write(
            _folder.Path,
            json => json["architectures"]![0] = "T5EncoderModel",
            tensors => tensors.RemoveAll(tensor => tensor.Name.StartsWith("decoder.", StringComparison.Ordinal)));

        Assert.Equal(new ModelHead(LocalModelKind.Embedder, 0), ModelLoad.All(_folder.Path));
    }

    private T5Config Load(Action<JsonObject> change) =>
        Assert.IsType<T5Config>(EncoderConfig.Load(_model.Write(_folder.Path, change)));
}
