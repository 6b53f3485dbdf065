using System.Text.Json.Nodes;

namespace Resift.Local.Tests.Models;

/// <summary>What is special about a <see cref="TinyModel"/> of the type <c>deberta-v2</c>; by default what version 3 has.</summary>
internal sealed record TinyDeberta
{
    /// <summary>Gets the comparisons with positions, with a bar between them.</summary>
    public string Comparisons { get; init; } = "p2c|c2p";

    /// <summary>Gets the number of buckets; 0 for a row for each distance.</summary>
    public int Buckets { get; init; } = 12;

    /// <summary>Gets the distance behind which all are alike; below 1 for as many as there are positions.</summary>
    public int MaxDistance { get; init; } = -1;

    public bool SharesProjections { get; init; } = true;

    public bool Norms { get; init; } = true;

    public bool HasPositions { get; init; }

    /// <summary>Gets a value indicating whether distances count at all.</summary>
    public bool IsRelative { get; init; } = true;

    public int Types { get; init; }

    public int Span(TinyModel model) => Buckets > 0 ? Buckets : MaxDistanceOf(model);

    public int MaxDistanceOf(TinyModel model) => MaxDistance < 1 ? model.Positions : MaxDistance;

    public void Configure(JsonObject config)
    {
        config["relative_attention"] = IsRelative;
        config["position_buckets"] = Buckets == 0 ? -1 : Buckets;
        config["max_relative_positions"] = MaxDistance;
        config["pos_att_type"] = Buckets > 0
            ? new JsonArray([.. Comparisons.Split('|').Select(type => JsonValue.Create(type))])
            : Comparisons;
        config["share_att_key"] = SharesProjections;
        config["norm_rel_ebd"] = Norms ? "layer_norm" : null;
        config["position_biased_input"] = HasPositions;
        config["type_vocab_size"] = Types;
        config["pooler_hidden_act"] = "gelu";
    }

    /// <summary>Gives the projections that a layer has of its own for positions.</summary>
    public IEnumerable<(string Name, int Output, int Input)> Projections(TinyModel model, string layer) =>
        from type in IsRelative && !SharesProjections ? Comparisons.Split('|') : []
        select ($"{layer}.attention.self.{(type == "c2p" ? "pos_key_proj" : "pos_query_proj")}", model.HiddenSize, model.HiddenSize);

    public IEnumerable<(string Name, int[] Shape)> Shapes(TinyModel model)
    {
        if (IsRelative)
        {
            yield return ("encoder.rel_embeddings.weight", [2 * Span(model), model.HiddenSize]);
        }

        if (IsRelative && Norms)
        {
            yield return ("encoder.LayerNorm.weight", [model.HiddenSize]);
            yield return ("encoder.LayerNorm.bias", [model.HiddenSize]);
        }
    }
}
