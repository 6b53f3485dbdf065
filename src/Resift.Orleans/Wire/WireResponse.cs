using System.Text.Json;
using System.Text.Json.Serialization;

namespace Resift.Orleans.Wire;

/// <summary>A <see cref="RerankResponse"/> on its way back: scores bit by bit, and what is said about them as JSON.</summary>
[GenerateSerializer]
[Alias("resift.response")]
internal sealed class WireResponse
{
    [Id(0)]
    public int[] Indices { get; init; } = [];

    [Id(1)]
    public double[] Scores { get; init; } = [];

    [Id(2)]
    public int ScoreScale { get; init; }

    [Id(3)]
    public string? ModelId { get; init; }

    [Id(4)]
    public string? DegradedReason { get; init; }

    [Id(5)]
    public byte[]? Usage { get; init; }

    [Id(6)]
    public byte[]? LlmReport { get; init; }

    /// <summary>Gets the windows and the marks of results that were not scored; null if there are none.</summary>
    [Id(7)]
    public byte[]? Marks { get; init; }

    [Id(8)]
    public WireResponse[] Stages { get; init; } = [];

    [Id(9)]
    public Dictionary<string, object?>? AdditionalProperties { get; init; }

    public static WireResponse From(RerankResponse response) => new()
    {
        Indices = [.. response.Results.Select(result => result.Index)],
        Scores = [.. response.Results.Select(result => result.Score)],
        ScoreScale = (int)response.ScoreScale,
        ModelId = response.ModelId,
        DegradedReason = response.DegradedReason,
        Usage = response.Usage is { } usage ? JsonSerializer.SerializeToUtf8Bytes(usage, WireJson.Default.RerankUsage) : null,
        LlmReport = response.LlmReport is { } report
            ? JsonSerializer.SerializeToUtf8Bytes(report, WireJson.Default.LlmRerankReport)
            : null,
        Marks = response.Results.Any(result => result.Window is not null || result.IsUnscored)
            ? JsonSerializer.SerializeToUtf8Bytes(
                [.. response.Results.Select(result => new ResultMark(result.Window, result.IsUnscored))], WireJson.Default.ResultMarkArray)
            : null,
        Stages = [.. response.Stages.Select(From)],

        // What is of a type of its own, such as the precision of a local model, arrives as its text.
        AdditionalProperties = response.AdditionalProperties?.ToDictionary(
            pair => pair.Key, pair => WireValue.Travels(pair.Value) ? pair.Value : pair.Value!.ToString()),
    };

    /// <summary>Creates the response. The results are sorted and checked again, as those of every provider are.</summary>
    /// <exception cref="RerankerException">The results make no response.</exception>
    public RerankResponse ToResponse()
    {
        var marks = Marks is null ? null : JsonSerializer.Deserialize(Marks, WireJson.Default.ResultMarkArray);
        var results = Indices.Select((index, i) => new RerankResult(index, Scores[i])
        {
            Window = marks?[i].Window,
            IsUnscored = marks?[i].IsUnscored ?? false,
        });
        return RerankResponse.Create(results, (ScoreScale)ScoreScale, topN: null) with
        {
            ModelId = ModelId,
            DegradedReason = DegradedReason,
            Usage = Usage is null ? null : JsonSerializer.Deserialize(Usage, WireJson.Default.RerankUsage),
            LlmReport = LlmReport is null ? null : JsonSerializer.Deserialize(LlmReport, WireJson.Default.LlmRerankReport),
            Stages = [.. Stages.Select(stage => stage.ToResponse())],
            AdditionalProperties = WireValue.ToDictionary(AdditionalProperties),
        };
    }
}

/// <summary>What is known of one result beyond its score.</summary>
internal readonly record struct ResultMark(DocumentWindow? Window, bool IsUnscored);

[JsonSerializable(typeof(RerankUsage))]
[JsonSerializable(typeof(LlmRerankReport))]
[JsonSerializable(typeof(ResultMark[]))]
internal sealed partial class WireJson : JsonSerializerContext;
