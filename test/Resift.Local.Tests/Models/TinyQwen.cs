using System.Text.Json.Nodes;

namespace Resift.Local.Tests.Models;

/// <summary>What is special about a <see cref="TinyModel"/> of the type <c>qwen2</c> or <c>qwen3</c>.</summary>
internal static class TinyQwen
{
    /// <summary>How many tokens a token sees where a model has a window, with itself.</summary>
    public const int Window = 9;

    /// <summary>The first layer with a window.</summary>
    public const int FirstWindow = 1;

    // Small, so that few positions are far apart.
    public const float RotaryBase = 300;

    public const double Epsilon = 1e-5;

    public static bool Is(string modelType) => modelType is "qwen2" or "qwen3";

    /// <summary>Gets a size that is not the hidden size divided by the heads, for Qwen3, and that no vector divides.</summary>
    public static int HeadSize(TinyModel model) => model.ModelType == "qwen3" ? 10 : model.HiddenSize / model.Heads;

    public static int KeyHeads(TinyModel model) => model.Heads / 2;

    public static void Configure(JsonObject config, TinyModel model)
    {
        config.Remove("layer_norm_eps");
        config["rms_norm_eps"] = Epsilon;
        config["num_key_value_heads"] = KeyHeads(model);
        config["rope_theta"] = RotaryBase;
        config["rope_scaling"] = null;
        config["hidden_act"] = "silu";
        config["tie_word_embeddings"] = !model.BiasesAndMean;
        config["use_sliding_window"] = model.BiasesAndMean;
        config["sliding_window"] = Window;
        config["max_window_layers"] = FirstWindow;
        if (model.ModelType == "qwen3")
        {
            config["head_dim"] = HeadSize(model);
            config["attention_bias"] = model.BiasesAndMean;
        }
    }

    public static IEnumerable<(string Name, int[] Shape)> Shapes(TinyModel model)
    {
        int hidden = model.HiddenSize, inner = model.IntermediateSize, size = HeadSize(model);
        bool isQwen3 = model.ModelType == "qwen3";
        yield return ("embed_tokens.weight", [model.VocabularySize, hidden]);
        yield return ("norm.weight", [hidden]);
        for (int i = 0; i < model.Layers; i++)
        {
            string layer = $"layers.{i}";
            (string Name, int Output, int Input, bool HasBias)[] dense =
            [
                ("self_attn.q_proj", model.Heads * size, hidden, !isQwen3 || model.BiasesAndMean),
                ("self_attn.k_proj", KeyHeads(model) * size, hidden, !isQwen3 || model.BiasesAndMean),
                ("self_attn.v_proj", KeyHeads(model) * size, hidden, !isQwen3 || model.BiasesAndMean),
                ("self_attn.o_proj", hidden, model.Heads * size, isQwen3 && model.BiasesAndMean),
                ("mlp.gate_proj", inner, hidden, false),
                ("mlp.up_proj", inner, hidden, false),
                ("mlp.down_proj", hidden, inner, false),
            ];
            foreach (var (name, output, input, hasBias) in dense)
            {
                yield return ($"{layer}.{name}.weight", [output, input]);
                if (hasBias)
                {
                    yield return ($"{layer}.{name}.bias", [output]);
                }
            }

            yield return ($"{layer}.input_layernorm.weight", [hidden]);
            yield return ($"{layer}.post_attention_layernorm.weight", [hidden]);
            if (isQwen3)
            {
                yield return ($"{layer}.self_attn.q_norm.weight", [size]);
                yield return ($"{layer}.self_attn.k_norm.weight", [size]);
            }
        }

        if (model.AnswersInWords && model.BiasesAndMean)
        {
            yield return ("lm_head.weight", [model.VocabularySize, hidden]);
        }
        else if (!model.AnswersInWords && model.Labels > 0)
        {
            yield return ("score.weight", [model.Labels, hidden]);
        }
    }

    public static string StoredName(string name, int labels) =>
        labels == 0 || name is "score.weight" or "lm_head.weight" ? name : $"model.{name}";
}
