using System.Text.Json.Nodes;

namespace Resift.Local.Tests.Models;

/// <summary>What is special about a <see cref="TinyModel"/> of the type <c>modernbert</c>.</summary>
internal static class TinyModernBert
{
    /// <summary>How far a token sees to each side in two of three layers: less than a tile of queries with its neighbours.</summary>
    public const int Window = 5;

    // Small, so that few positions are far apart.
    public const float GlobalBase = 500;
    public const float LocalBase = 50;

    public const double Epsilon = 1e-5;

    public static bool IsGlobal(int layer) => layer % 3 == 0;

    public static void Configure(JsonObject config, TinyModel model)
    {
        config.Remove("layer_norm_eps");
        config.Remove("hidden_act");
        config["hidden_activation"] = model.Activation;
        config["norm_eps"] = Epsilon;
        config["local_attention"] = (2 * Window) + 1;
        config["global_attn_every_n_layers"] = 3;
        config["global_rope_theta"] = GlobalBase;
        config["local_rope_theta"] = LocalBase;
        config["classifier_pooling"] = model.BiasesAndMean ? "mean" : "cls";
        foreach (string field in (string[])["attention_bias", "mlp_bias", "norm_bias", "classifier_bias"])
        {
            config[field] = model.BiasesAndMean;
        }
    }

    public static IEnumerable<(string Name, int[] Shape)> Shapes(TinyModel model)
    {
        int hidden = model.HiddenSize, inner = model.IntermediateSize;
        yield return ("embeddings.tok_embeddings.weight", [model.VocabularySize, hidden]);
        List<string> norms = ["embeddings.norm", "final_norm"];
        List<(string Name, int Output, int Input)> dense = [];
        for (int i = 0; i < model.Layers; i++)
        {
            string layer = $"layers.{i}";
            norms.AddRange(i == 0 ? [$"{layer}.mlp_norm"] : [$"{layer}.attn_norm", $"{layer}.mlp_norm"]);
            dense.Add(($"{layer}.attn.Wqkv", 3 * hidden, hidden));
            dense.Add(($"{layer}.attn.Wo", hidden, hidden));
            dense.Add(($"{layer}.mlp.Wi", 2 * inner, hidden));
            dense.Add(($"{layer}.mlp.Wo", hidden, inner));
        }

        if (model.Labels > 0)
        {
            norms.Add("head.norm");
            dense.Add(("head.dense", hidden, hidden));
            yield return ("classifier.weight", [model.Labels, hidden]);
            yield return ("classifier.bias", [model.Labels]);
        }

        foreach (string norm in norms)
        {
            yield return ($"{norm}.weight", [hidden]);
        }

        foreach (var (name, output, input) in dense)
        {
            yield return ($"{name}.weight", [output, input]);
        }

        foreach (var (name, size) in model.BiasesAndMean
            ? [.. norms.Select(norm => (norm, hidden)), .. dense.Select(layer => (layer.Name, layer.Output))]
            : Array.Empty<(string, int)>())
        {
            yield return ($"{name}.bias", [size]);
        }
    }

    public static string StoredName(string name, int labels)
    {
        bool isHead = name.StartsWith("head.", StringComparison.Ordinal) || name.StartsWith("classifier.", StringComparison.Ordinal);
        return labels == 0 || isHead ? name : $"model.{name}";
    }
}
