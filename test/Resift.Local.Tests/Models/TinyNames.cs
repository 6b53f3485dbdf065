namespace Resift.Local.Tests.Models;

/// <summary>What transformers calls the parts of each architecture, beside BERT's names, by which tests know them.</summary>
internal static class TinyNames
{
    private static readonly Dictionary<string, string[]> _heads = new()
    {
        ["bert"] = ["pooler.dense", "classifier"],
        ["electra"] = ["classifier.dense", "classifier.out_proj"],
        ["roberta"] = ["classifier.dense", "classifier.out_proj"],
        ["distilbert"] = ["pre_classifier", "classifier"],
        ["mpnet"] = ["classifier.dense", "classifier.out_proj"],
        ["deberta-v2"] = ["pooler.dense", "classifier"],
        ["jina"] = ["pooler.dense", "classifier"],
    };

    private static readonly Dictionary<string, (string Bert, string Own)[]> _parts = new()
    {
        ["distilbert"] =
        [
            ("encoder.layer.", "transformer.layer."),
            ("attention.self.query", "attention.q_lin"),
            ("attention.self.key", "attention.k_lin"),
            ("attention.self.value", "attention.v_lin"),
            ("attention.output.dense", "attention.out_lin"),
            ("attention.output.LayerNorm", "sa_layer_norm"),
            ("intermediate.dense", "ffn.lin1"),
            ("output.dense", "ffn.lin2"),
            ("output.LayerNorm", "output_layer_norm"),
        ],
        ["mpnet"] =
        [
            ("attention.self.query", "attention.attn.q"),
            ("attention.self.key", "attention.attn.k"),
            ("attention.self.value", "attention.attn.v"),
            ("attention.output.dense", "attention.attn.o"),
            ("attention.output.LayerNorm", "attention.LayerNorm"),
        ],
        ["deberta-v2"] =
        [
            ("attention.self.query", "attention.self.query_proj"),
            ("attention.self.key", "attention.self.key_proj"),
            ("attention.self.value", "attention.self.value_proj"),
        ],
    };

    private static readonly Dictionary<string, string> _distilBertFields = new()
    {
        ["hidden_size"] = "dim",
        ["num_hidden_layers"] = "n_layers",
        ["num_attention_heads"] = "n_heads",
        ["intermediate_size"] = "hidden_dim",
        ["hidden_act"] = "activation",
    };

    /// <summary>Gets the class that a configuration names.</summary>
    public static string Architecture(string modelType, int labels, bool answersInWords = false)
    {
        string family = modelType switch
        {
            "distilbert" => "DistilBert",
            "mpnet" => "MPNet",
            "modernbert" => "ModernBert",
            "deberta-v2" => "DebertaV2",
            "jina" => "JinaBert",
            _ => $"{char.ToUpperInvariant(modelType[0])}{modelType[1..]}",
        };
        string head = !answersInWords ? "ForSequenceClassification" : modelType == "t5" ? "ForConditionalGeneration" : "ForCausalLM";
        return family + (labels == 0 ? "Model" : head);
    }

    public static string Field(string modelType, string name) =>
        modelType == "distilbert" ? _distilBertFields[name] : name;

    public static string Tensor(string modelType, string name)
    {
        name = name.Replace("head.dense", _heads[modelType][0], StringComparison.Ordinal)
            .Replace("head.classifier", _heads[modelType][1], StringComparison.Ordinal);
        bool isOfLayer = name.StartsWith("encoder.layer.", StringComparison.Ordinal);
        foreach (var (bert, own) in isOfLayer ? _parts.GetValueOrDefault(modelType, []) : [])
        {
            name = name.Replace(bert, own, StringComparison.Ordinal);
        }

        return name;
    }
}
