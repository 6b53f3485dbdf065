using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>
/// MPNet (Song et al. 2020): no token types, positions that begin behind the id of padding, and in all layers the same bias for the
/// distance of two tokens.
/// </summary>
internal sealed class MpNetArchitecture : Architecture
{
    private const string BucketsField = "relative_attention_num_buckets";
    private const string BiasTable = "encoder.relative_attention_bias.weight";

    // Constants of the reference implementation: it reads the number of buckets for the size of the table alone.
    private const int Buckets = 32;
    private const int MaxDistance = 128;
    private const int Padding = 1;

    public override IReadOnlyList<string> ModelTypes => ["mpnet"];

    public override string Prefix => "mpnet.";

    public override EncoderConfig Read(ConfigObject json)
    {
        var config = WithPositionsBehind(Padding, "the padding id", base.Read(json));
        return json.Positive(BucketsField) is var buckets and not Buckets
            ? throw new NotSupportedException($"{json.Source}: {BucketsField} {buckets} is not supported; supported: {Buckets}.")
            : config;
    }

    public override EmbeddingsLayout Embeddings(EncoderConfig config) => BertArchitecture.Tables(config, config.HiddenAxis);

    public override LayerLayout Layer(EncoderConfig config, int index)
    {
        string layer = $"{LayerPrefix}{index}.";
        var (hidden, inner) = (config.HiddenAxis, config.IntermediateAxis);
        return new()
        {
            Query = new($"{layer}attention.attn.q", hidden, hidden),
            Key = new($"{layer}attention.attn.k", hidden, hidden),
            Value = new($"{layer}attention.attn.v", hidden, hidden),
            AttentionOutput = new($"{layer}attention.attn.o", hidden, hidden),
            AttentionNorm = new($"{layer}attention.LayerNorm", hidden),
            Up = new($"{layer}intermediate.dense", inner, hidden),
            Down = new($"{layer}output.dense", hidden, inner),
            FeedForwardNorm = new($"{layer}output.LayerNorm", hidden),
        };
    }

    public override IEnumerable<ExpectedTensor> Shared(EncoderConfig config) =>
        [new(BiasTable, (BucketsField, Buckets), (Keys.Heads, config.Heads))];

    public override HeadLayout Head(EncoderConfig config, int labels) => ProjectedHead(config, labels, HiddenActivation.Tanh);

    public override DistanceBias AttentionBias(EncoderConfig config, WeightStore weights)
    {
        float[] table = weights.Get(BiasTable, Buckets, config.Heads).ToArray();
        return (head, distance) => table[(DistanceBuckets.Of(distance, Buckets, MaxDistance) * config.Heads) + head];
    }
}
