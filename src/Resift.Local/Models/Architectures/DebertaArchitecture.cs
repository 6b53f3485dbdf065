using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>
/// DeBERTa in its versions 2 and 3 (He et al. 2020, 2021): BERT whose attention also compares each token with the distance to the other
/// one, and no positions beside that as a rule.
/// </summary>
internal sealed class DebertaArchitecture : BertArchitecture
{
    private const string Table = "encoder.rel_embeddings.weight";

    public override IReadOnlyList<string> ModelTypes => ["deberta-v2"];

    public override string Prefix => "deberta.";

    public override ConfigKeys Keys { get; } = new() { DefaultEpsilon = 1e-7f };

    // Tables of 128,100 rows for 128,001 tokens, of 251,000 for 250,102.
    public override int SpareRows => 1000;

    public override EncoderConfig Read(ConfigObject json) => new DebertaConfig(WithinPositions(base.Read(json)), json)
    {
        HeadActivation = ReadActivation(json, "pooler_hidden_act"),
    };

    public override EmbeddingsLayout Embeddings(EncoderConfig config)
    {
        var tables = base.Embeddings(config);
        return ((DebertaConfig)config).HasPositions ? tables : tables with { Positions = null };
    }

    public override LayerLayout Layer(EncoderConfig config, int index)
    {
        var (own, hidden) = ((DebertaConfig)config, config.HiddenAxis);
        string attention = $"{LayerPrefix}{index}.attention.self.";
        var query = new DenseLayout($"{attention}query_proj", hidden, hidden);
        var key = new DenseLayout($"{attention}key_proj", hidden, hidden);
        return base.Layer(config, index) with
        {
            Query = query,
            Key = key,
            Value = new($"{attention}value_proj", hidden, hidden),
            ScoreDivisor = Math.Sqrt(config.HeadSize * (1.0 + (own.ReadsKeys ? 1 : 0) + (own.ReadsQueries ? 1 : 0))),
            Relative = own.RelativeRows == 0 || !(own.ReadsKeys || own.ReadsQueries) ? null : new(
                !own.ReadsKeys ? null : own.SharesProjections ? key : new($"{attention}pos_key_proj", hidden, hidden),
                !own.ReadsQueries ? null : own.SharesProjections ? query : new($"{attention}pos_query_proj", hidden, hidden)),
        };
    }

    public override IEnumerable<ExpectedTensor> Shared(EncoderConfig config) =>
        RelativePositions(config) is { } relative ? [relative.Table, .. relative.Norm?.Tensors ?? []] : [];

    public override RelativePositionsLayout? RelativePositions(EncoderConfig config)
    {
        var own = (DebertaConfig)config;
        return own.RelativeRows == 0 ? null : new(
            new(Table, (own.RelativeField, own.RelativeRows), config.HiddenAxis),
            own.NormsRelative ? new("encoder.LayerNorm", config.HiddenAxis) : null,
            own.RelativeRow);
    }

    public override HeadLayout Head(EncoderConfig config, int labels) =>
        base.Head(config, labels) with { Activation = ((DebertaConfig)config).HeadActivation };

    protected override int ReadTypes(ConfigObject json) => json.NotNegativeOrNull("type_vocab_size") ?? 0;
}
