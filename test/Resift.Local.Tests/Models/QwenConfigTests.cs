using System.Text.Json.Nodes;
using Resift.Local.Models;

namespace Resift.Local.Tests.Models;

/// <summary>What <c>config.json</c> of a Qwen2 or Qwen3 says, and what of it is refused.</summary>
public sealed class QwenConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"rope_theta": 5000}""", 5000)]
    [InlineData("""{"rope_theta": 5000, "rope_scaling": {"rope_type": "default"}}""", 5000)]
    [InlineData("""{"rope_theta": null, "rope_parameters": {"rope_theta": 7000, "rope_type": "default"}}""", 7000)]
    [InlineData("""{"rope_theta": null}""", 10_000)]
    public void Load_BaseOfTheAngles_IsReadFromEitherForm(string changes, float expected) =>
        Assert.Equal(expected, ((QwenConfig)Load("qwen3", changes)).RotaryBase);

    [Theory]
    [InlineData("""{"use_sliding_window": false}""", new int[0])]
    [InlineData("""{"use_sliding_window": true, "sliding_window": 4, "max_window_layers": 2}""", new[] { 2 })]
    [InlineData(
        """
        {"use_sliding_window": true, "sliding_window": 4, "layer_types": ["sliding_attention", "full_attention", "sliding_attention"]}
        """,
        new[] { 0, 2 })]
    public void Load_Windows_ThoseOfTheLayersThatHaveThem(string changes, int[] layers)
    {
        var windows = ((QwenConfig)Load("qwen2", changes)).Windows;

        // Three tokens before itself: the file counts the token too.
        Assert.Equal(Enumerable.Range(0, 3).Select(layer => layers.Contains(layer) ? 3 : (int?)null), windows);
    }

    [Theory]
    [InlineData("""{"rope_scaling": {"rope_type": "yarn", "factor": 4.0}}""", "rope_scaling: rope_type is \"yarn\"", "rope_type default")]
    [InlineData("""{"rope_scaling": {"type": "linear", "factor": 4.0}}""", "rope_scaling: type is \"linear\"", "rope_type default")]
    [InlineData("""{"rope_parameters": {"rope_type": "dynamic", "rope_theta": 100}}""", "rope_type is \"dynamic\"", "rope_type default")]
    [InlineData(
        """{"rope_parameters": {"rope_theta": 100}, "rope_scaling": {"type": "default"}}""", "beside rope_parameters", "one of them")]
    [InlineData("""{"layer_types": ["full_attention", "linear_attention", "full_attention"]}""", "'linear_attention'", "full_attention")]
    [InlineData("""{"max_position_embeddings": 131073}""", "max_position_embeddings 131073", "up to 131072")]
    [InlineData("""{"hidden_act": "quick_gelu"}""", "hidden_act 'quick_gelu'", "silu")]
    public void Load_WhatIsNotComputed_NamesFieldValueAndWhatIs(string changes, string named, string supported)
    {
        var error = Assert.Throws<NotSupportedException>(() => Load("qwen3", changes));

        Assert.Contains("config.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains(supported, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"num_key_value_heads": 3}""", "num_key_value_heads 3 does not divide num_attention_heads 4")]
    [InlineData("""{"num_key_value_heads": 0}""", "num_key_value_heads must be positive")]
    [InlineData("""{"head_dim": null}""", "head_dim is missing")]
    [InlineData("""{"head_dim": 7}""", "heads of 7 numbers")]
    [InlineData("""{"rope_theta": 1}""", "rope_theta must be a number above 1")]
    [InlineData("""{"layer_types": ["full_attention"]}""", "layer_types names 1 layers")]
    [InlineData("""{"layer_types": ["sliding_attention", "full_attention", "full_attention"]}""", "use_sliding_window is false")]
    [InlineData("""{"sliding_window": 0, "use_sliding_window": true}""", "sliding_window must be positive")]
    public void Load_WrongValue_NamesFieldAndExpectation(string changes, string named)
    {
        var error = Assert.Throws<InvalidDataException>(() => Load("qwen3", changes));

        Assert.Contains("config.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"num_key_value_heads": 1}""", "k_proj", "num_key_value_heads × head_dim 10")]
    [InlineData("""{"head_dim": 12}""", "q_proj", "num_attention_heads × head_dim 48")]
    [InlineData("""{"tie_word_embeddings": false}""", "lm_head.weight", "")]
    [InlineData("""{"attention_bias": true}""", "q_proj.bias", "")]
    public void Validate_ConfigOfOtherWeights_NamesTensorAndFields(string changes, string tensor, string fields)
    {
        var error = Assert.Throws<InvalidDataException>(() =>
        {
            var config = Load("qwen3", changes);
            using var weights = WeightStore.Open(_folder.Path);
            ModelCheck.Validate(config, weights);
        });

        Assert.Contains(tensor, error.Message, StringComparison.Ordinal);
        Assert.Contains(fields, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ManyPositions_LimitIsTheCustomaryOne()
    {
        var config = Load("qwen2", """{"max_position_embeddings": 32768}""");

        Assert.Equal((32_768, 8192), (config.MaxPositions, TokenLimit.Find(config, null, 131_072)));
    }

    private EncoderConfig Load(string type, string changes)
    {
        new TinyModel { ModelType = type, Heads = 4, Layers = 3, AnswersInWords = true }.Write(_folder.Path, config =>
        {
            foreach (var change in JsonNode.Parse(changes)!.AsObject())
            {
                config[change.Key] = change.Value?.DeepClone();
            }
        });
        return EncoderConfig.Load(_folder.Path);
    }
}
