using System.Text.Json.Nodes;

namespace Resift.Local.Tests.Models;

/// <summary>
/// What is special about a <see cref="TinyModel"/> of the type <c>t5</c>. One with <see cref="TinyModel.BiasesAndMean"/> is of version 1.1:
/// gated, with words of its own for answers, and other buckets.
/// </summary>
internal static class TinyT5
{
    public const double Epsilon = 1e-5;

    /// <summary>The token that answers begin with.</summary>
    public const int Start = 3;

    /// <summary>A size by which all heads are not as wide as the hidden state, and that no vector divides.</summary>
    public const int HeadSize = 10;

    public static (int Count, int MaxDistance) Buckets(TinyModel model) => model.BiasesAndMean ? (10, 20) : (32, 128);

    /// <summary>Gets another number than that of the encoder's layers.</summary>
    public static int DecoderLayers(TinyModel model) => model.Layers + 1;

    public static void Configure(JsonObject config, TinyModel model)
    {
        string[] others =
        [
            "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act", "layer_norm_eps",
            "max_position_embeddings",
        ];
        Array.ForEach(others, field => config.Remove(field));
        config["d_model"] = model.HiddenSize;
        config["d_kv"] = HeadSize;
        config["d_ff"] = model.IntermediateSize;
        config["num_layers"] = model.Layers;
        config["num_decoder_layers"] = DecoderLayers(model);
        config["num_heads"] = model.Heads;
        config["layer_norm_epsilon"] = Epsilon;
        config["relative_attention_num_buckets"] = Buckets(model).Count;
        config["relative_attention_max_distance"] = Buckets(model).MaxDistance;
        config["feed_forward_proj"] = model.BiasesAndMean ? "gated-gelu" : "relu";
        config["tie_word_embeddings"] = !model.BiasesAndMean;
        config["decoder_start_token_id"] = Start;
        config["is_encoder_decoder"] = true;
        config["n_positions"] = model.Positions;
    }

    public static IEnumerable<(string Name, int[] Shape)> Shapes(TinyModel model)
    {
        int hidden = model.HiddenSize, width = model.Heads * HeadSize, inner = model.IntermediateSize;
        yield return ("shared.weight", [model.VocabularySize, hidden]);
        if (model.BiasesAndMean)
        {
            yield return ("lm_head.weight", [model.VocabularySize, hidden]);
        }

        foreach (var (stack, layers) in ((string, int)[])[("encoder", model.Layers), ("decoder", DecoderLayers(model))])
        {
            yield return ($"{stack}.final_layer_norm.weight", [hidden]);
            yield return ($"{stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight", [Buckets(model).Count, model.Heads]);
            for (int i = 0; i < layers; i++)
            {
                int part = 0;
                foreach (string attention in stack == "encoder" ? ["SelfAttention"] : (string[])["SelfAttention", "EncDecAttention"])
                {
                    string layer = $"{stack}.block.{i}.layer.{part++}";
                    yield return ($"{layer}.layer_norm.weight", [hidden]);
                    yield return ($"{layer}.{attention}.q.weight", [width, hidden]);
                    yield return ($"{layer}.{attention}.k.weight", [width, hidden]);
                    yield return ($"{layer}.{attention}.v.weight", [width, hidden]);
                    yield return ($"{layer}.{attention}.o.weight", [hidden, width]);
                }

                string last = $"{stack}.block.{i}.layer.{part}";
                yield return ($"{last}.layer_norm.weight", [hidden]);
                yield return ($"{last}.DenseReluDense.wo.weight", [hidden, inner]);
                foreach (string up in model.BiasesAndMean ? ["wi_0", "wi_1"] : (string[])["wi"])
                {
                    yield return ($"{last}.DenseReluDense.{up}.weight", [inner, hidden]);
                }
            }
        }
    }
}
