namespace Resift.Local.Models;

/// <summary>DistilBERT (Sanh et al. 2019): BERT without token types, under names of its own.</summary>
internal sealed class DistilBertArchitecture : Architecture
{
    public override IReadOnlyList<string> ModelTypes => ["distilbert"];

    public override string Prefix => "distilbert.";

    public override string LayerPrefix => "transformer.layer.";

    public override ConfigKeys Keys { get; } = new()
    {
        HiddenSize = "dim",
        Layers = "n_layers",
        Heads = "n_heads",
        IntermediateSize = "hidden_dim",
        Activation = "activation",
        Epsilon = null,
    };

    public override EmbeddingsLayout Embeddings(EncoderConfig config) => BertArchitecture.Tables(config, config.HiddenAxis);

    public override LayerLayout Layer(EncoderConfig config, int index)
    {
        string layer = $"{LayerPrefix}{index}.";
        var (hidden, inner) = (config.HiddenAxis, config.IntermediateAxis);
        return new()
        {
            Query = new($"{layer}attention.q_lin", hidden, hidden),
            Key = new($"{layer}attention.k_lin", hidden, hidden),
            Value = new($"{layer}attention.v_lin", hidden, hidden),
            AttentionOutput = new($"{layer}attention.out_lin", hidden, hidden),
            AttentionNorm = new($"{layer}sa_layer_norm", hidden),
            Up = new($"{layer}ffn.lin1", inner, hidden),
            Down = new($"{layer}ffn.lin2", hidden, inner),
            FeedForwardNorm = new($"{layer}output_layer_norm", hidden),
        };
    }

    public override HeadLayout Head(EncoderConfig config, int labels) => new(
        new("pre_classifier", config.HiddenAxis, config.HiddenAxis),
        HiddenActivation.Relu,
        new("classifier", ("labels", labels), config.HiddenAxis));
}
