using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>
/// JinaBERT (Günther et al. 2023): BERT without positions, whose attention to a token falls with its distance (ALiBi, Press et al. 2021)
/// on both sides, and with gated activations (Shazeer 2020). Its files say that they are BERT's.
/// </summary>
internal sealed class JinaBertArchitecture : BertArchitecture
{
    private const string PositionType = "alibi";
    private const string FeedForwardField = "feed_forward_type";

    public override bool RunsWithoutTypes => true;

    /// <summary>Gets the norms of queries and keys that the variant for code has.</summary>
    public override IReadOnlyList<string> NotComputed => ["attention.self.layer_norm_q", "attention.self.layer_norm_k"];

    protected override string PositionEmbeddings => PositionType;

    public override bool Is(ConfigObject json) => base.Is(json) && json.TextOrNull("position_embedding_type") == PositionType;

    public override bool Knows(string code) =>
        code.Contains("modeling_bert.JinaBert", StringComparison.Ordinal) && !code.Contains("qk-post-norm", StringComparison.Ordinal);

    public override EncoderConfig Read(ConfigObject json)
    {
        var config = WithinPositions(base.Read(json));
        return json.TextOrNull(FeedForwardField) switch
        {
            null or "original" => new JinaBertConfig(config, json) { IsGated = false },
            "geglu" => new JinaBertConfig(config with { Activation = HiddenActivation.Gelu }, json) { IsGated = true },
            "reglu" => new JinaBertConfig(config with { Activation = HiddenActivation.Relu }, json) { IsGated = true },
            var other => throw new NotSupportedException(
                $"{json.Source}: {FeedForwardField} '{other}' is not supported; supported: original, geglu, reglu."),
        };
    }

    public override EmbeddingsLayout Embeddings(EncoderConfig config) => base.Embeddings(config) with { Positions = null };

    public override LayerLayout Layer(EncoderConfig config, int index)
    {
        var layer = base.Layer(config, index);
        if (!((JinaBertConfig)config).IsGated)
        {
            return layer;
        }

        string name = $"{LayerPrefix}{index}.mlp.";
        var (hidden, inner) = (config.HiddenAxis, config.IntermediateAxis);
        var up = new DenseLayout($"{name}gated_layers", ($"2 × {inner.Field}", 2 * inner.Size), hidden)
        {
            HasBias = false,
            Rows = inner.Size,
        };
        return layer with
        {
            Up = up,
            Gate = up with { FirstRow = inner.Size },
            Down = new($"{name}wo", hidden, inner),
            FeedForwardNorm = new($"{name}layernorm", hidden),
        };
    }

    public override DistanceBias AttentionBias(EncoderConfig config, WeightStore weights)
    {
        float[] slopes = [.. Slopes(config.Heads, ((JinaBertConfig)config).HalvesLastSlopes).Select(slope => (float)slope)];
        return (head, distance) => -slopes[head] * Math.Abs(distance);
    }

    /// <summary>
    /// Gets by how much the score of each head falls with the distance: a geometric sequence from 2^(-8/n) on for a number of heads n that
    /// is a power of two; else that of the next lower one, and every other number of the next higher one for the heads that are left.
    /// </summary>
    private static IEnumerable<double> Slopes(int heads, bool halvesLast)
    {
        int power = 1 << (int)Math.Log2(heads);
        var first = Enumerable.Range(1, power).Select(i => Math.Pow(2, -8.0 * i / power));
        var others = Enumerable.Range(0, heads - power).Select(i => Math.Pow(2, -4.0 * ((2 * i) + 1) / power));
        return first.Concat(others.Select(slope => halvesLast ? slope / 2 : slope));
    }
}
