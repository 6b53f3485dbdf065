using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>What <c>config.json</c> of a DeBERTa says beyond the rest.</summary>
internal sealed record DebertaConfig : EncoderConfig
{
    private const string Buckets = "position_buckets";
    private const string MaxDistance = "max_relative_positions";

    // 256 MB of scores by distance for each thread: far beyond what any published model needs.
    private const long MostScores = 1 << 26;

    private readonly int _span;
    private readonly int _buckets;
    private readonly int _maxDistance;

    [SetsRequiredMembers]
    public DebertaConfig(EncoderConfig config, ConfigObject json)
        : base(config)
    {
        HasPositions = json.FlagOrNull("position_biased_input") ?? true;
        SharesProjections = json.Flag("share_att_key");
        NormsRelative = ReadNorm(json);
        var types = ReadTypes(json);
        ReadsKeys = types.Contains("c2p");
        ReadsQueries = types.Contains("p2c");
        Refuse(json, "conv_kernel_size", 0);
        Refuse(json, "embedding_size", config.HiddenSize);
        Refuse(json, "pooler_hidden_size", config.HiddenSize);
        Refuse(json, "attention_head_size", config.HeadSize);
        if (!json.Flag("relative_attention"))
        {
            return;
        }

        _maxDistance = PositiveOr(json, MaxDistance, config.Positions);
        _buckets = PositiveOr(json, Buckets, 0);
        _span = _buckets > 0 ? _buckets : _maxDistance;
        RelativeField = $"2 × {(_buckets > 0 ? Buckets : MaxDistance)}";
        RelativeRows = _span <= int.MaxValue / 2 ? 2 * _span : throw new InvalidDataException(
            $"{json.Source}: {(_buckets > 0 ? Buckets : MaxDistance)} is {_span}; expected at most {int.MaxValue / 2}.");
        if (_buckets > 0 && (_buckets < 2 || (_maxDistance - 1 <= _buckets / 2 && config.Positions - 1 > _buckets / 2)))
        {
            throw new InvalidDataException($"{json.Source}: {Buckets} is {_buckets}, and {MaxDistance} {_maxDistance}; expected at least " +
                "2 buckets, and distances beyond half of them for the other half.");
        }

        if (config.Positions * Math.Min(2L * config.Positions, RelativeRows) > MostScores)
        {
            throw new NotSupportedException($"{json.Source}: max_position_embeddings {config.Positions} with {RelativeRows} relative " +
                $"positions is not supported; supported: a product of up to {MostScores}.");
        }
    }

    public required HiddenActivation HeadActivation { get; init; }

    /// <summary>Gets a value indicating whether positions are also added to the words.</summary>
    public bool HasPositions { get; }

    /// <summary>Gets a value indicating whether distances go through the projections of the words.</summary>
    public bool SharesProjections { get; }

    public bool NormsRelative { get; }

    /// <summary>Gets a value indicating whether queries are compared with distances.</summary>
    public bool ReadsKeys { get; }

    /// <summary>Gets a value indicating whether distances are compared with keys.</summary>
    public bool ReadsQueries { get; }

    /// <summary>Gets the rows of the table of relative positions; 0 where distances do not count.</summary>
    public int RelativeRows { get; }

    /// <summary>Gets what sizes the table.</summary>
    public string RelativeField { get; } = "";

    /// <summary>
    /// Gets the row of a distance: one for each small distance, then ever wider buckets, and at both ends one for all that lies beyond.
    /// </summary>
    /// <param name="distance">The query's position less the key's.</param>
    public int RelativeRow(int distance) => Math.Clamp((_buckets > 0 ? Bucket(distance) : distance) + _span, 0, RelativeRows - 1);

    private int Bucket(int distance)
    {
        int half = _buckets / 2, length = Math.Abs(distance);
        if (length <= half)
        {
            return distance;
        }

        // In single precision and in this order as the reference, whose rounding decides where a bucket ends.
        float share = MathF.Log((float)length / half) / MathF.Log((float)((_maxDistance - 1) / (double)half));
        float bucket = MathF.Ceiling(share * (half - 1)) + half;
        return distance < 0 ? -(int)bucket : (int)bucket;
    }

    private static int PositiveOr(ConfigObject json, string field, int otherwise) =>
        json.WholeOrNull(field) is { } value and > 0 ? value : otherwise;

    /// <summary>Reads which comparisons there are: a list, or one text in files of older versions.</summary>
    private static IReadOnlyList<string> ReadTypes(ConfigObject json)
    {
        const string Field = "pos_att_type";
        var types = json.Value(Field) is { ValueKind: JsonValueKind.String } ? Parts(json.Text(Field)) : json.TextsOrNull(Field) ?? [];
        return types.FirstOrDefault(type => type is not ("c2p" or "p2c")) is { } other
            ? throw new NotSupportedException($"{json.Source}: {Field} '{other}' is not supported; supported: c2p, p2c.")
            : types;
    }

    private static bool ReadNorm(ConfigObject json)
    {
        const string Field = "norm_rel_ebd";
        string[] parts = Parts(json.TextOrNull(Field) ?? "none");
        return parts.FirstOrDefault(part => part is not ("none" or "layer_norm")) is { } other
            ? throw new NotSupportedException($"{json.Source}: {Field} '{other}' is not supported; supported: none, layer_norm.")
            : parts.Contains("layer_norm");
    }

    private static string[] Parts(string text) => text.ToLowerInvariant().Split('|', StringSplitOptions.TrimEntries);

    private static void Refuse(ConfigObject json, string field, int only)
    {
        if (json.WholeOrNull(field) is { } value && value != only)
        {
            throw new NotSupportedException($"{json.Source}: {field} {value} is not supported; supported: {only}.");
        }
    }
}
