using System.Text.Json.Nodes;
using Resift.Local.Models;

namespace Resift.Local.Tests.Models;

public sealed class DebertaConfigTests : IDisposable
{
    private static readonly TinyModel _model = new() { ModelType = "deberta-v2", Positions = 600 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 256)]
    [InlineData(-127, 129)]
    [InlineData(128, 384)]
    [InlineData(129, 385)]
    [InlineData(130, 386)]
    [InlineData(134, 389)]
    [InlineData(200, 425)]
    [InlineData(-256, 64)]
    [InlineData(400, 489)]
    [InlineData(511, 511)]
    [InlineData(-511, 1)]
    [InlineData(-599, 0)]
    [InlineData(599, 511)]
    public void RelativeRow_BucketsOfVersion3_AreThoseOfTheReference(int distance, int expected) =>
        Assert.Equal(expected, Load(json =>
        {
            json["position_buckets"] = 256;
            json["max_relative_positions"] = 512;
        }).RelativeRow(distance));

    [Fact]
    public void RelativeRow_NoBuckets_IsTheDistanceUpToTheLargest()
    {
        var config = Load(json =>
        {
            json.Remove("position_buckets");
            json["max_relative_positions"] = 50;
        });

        Assert.Equal(100, config.RelativeRows);
        Assert.Equal([50, 57, 43, 99, 99, 0, 0], new[] { 0, 7, -7, 49, 300, -50, -300 }.Select(config.RelativeRow));
    }

    [Fact]
    public void Load_FieldsLeftOut_HasTheDefaultsOfItsReference()
    {
        string[] fields =
        [
            "relative_attention", "position_buckets", "max_relative_positions", "pos_att_type", "share_att_key", "norm_rel_ebd",
            "position_biased_input", "type_vocab_size", "pooler_hidden_act", "layer_norm_eps",
        ];

        var config = Load(json => Array.ForEach(fields, field => json.Remove(field)));

        Assert.Equal((true, false, false, 0), (config.HasPositions, config.ReadsKeys, config.ReadsQueries, config.RelativeRows));
        Assert.Equal((0, 1e-7f, HiddenActivation.Gelu), (config.TypeVocabularySize, config.LayerNormEpsilon, config.HeadActivation));
    }

    [Fact]
    public void Load_OldFormsOfLists_AreRead()
    {
        var config = Load(json =>
        {
            json["pos_att_type"] = "P2C | c2p";
            json["norm_rel_ebd"] = "none|Layer_Norm";
        });

        Assert.Equal((true, true, true), (config.ReadsKeys, config.ReadsQueries, config.NormsRelative));
    }

    [Theory]
    [InlineData("pos_att_type", "[\"p2p\"]", "pos_att_type 'p2p' is not supported; supported: c2p, p2c")]
    [InlineData("norm_rel_ebd", "\"batch\"", "norm_rel_ebd 'batch' is not supported; supported: none, layer_norm")]
    [InlineData("conv_kernel_size", "3", "conv_kernel_size 3 is not supported; supported: 0")]
    [InlineData("embedding_size", "8", "embedding_size 8 is not supported; supported: 16")]
    [InlineData("pooler_hidden_size", "8", "pooler_hidden_size 8 is not supported; supported: 16")]
    [InlineData("attention_head_size", "64", "attention_head_size 64 is not supported; supported: 8")]
    [InlineData("pooler_hidden_act", "\"swoosh\"", "pooler_hidden_act 'swoosh' is not supported; supported: gelu")]
    [InlineData("max_position_embeddings", "131072", "max_position_embeddings 131072 with 1200 relative positions is not supported")]
    [InlineData("max_position_embeddings", "131073", "max_position_embeddings 131073 is not supported; supported: up to 131072")]
    public void Load_NotSupported_NamesTheValue(string field, string value, string message) => Assert.Contains(
        message,
        Assert.Throws<NotSupportedException>(() => Load(json =>
        {
            json["position_buckets"] = 600;
            json[field] = JsonNode.Parse(value);
        })).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("position_buckets", "1", "position_buckets is 1, and max_relative_positions 600; expected at least 2 buckets")]
    [InlineData("max_relative_positions", "7", "position_buckets is 12, and max_relative_positions 7; expected at least 2 buckets")]
    [InlineData("max_relative_positions", "1.5", "max_relative_positions must be a whole number, found 1.5")]
    [InlineData("pos_att_type", "[1]", "pos_att_type must be a list of texts, found [1]")]
    [InlineData("relative_attention", "1", "relative_attention must be true or false, found 1")]
    public void Load_OutOfOrder_NamesTheField(string field, string value, string message) => Assert.Contains(
        message,
        Assert.Throws<InvalidDataException>(() => Load(json => json[field] = JsonNode.Parse(value))).Message,
        StringComparison.Ordinal);

    private DebertaConfig Load(Action<JsonObject> change) =>
        Assert.IsType<DebertaConfig>(EncoderConfig.Load(_model.Write(_folder.Path, change)));
}
