using Microsoft.Extensions.AI;

namespace Resift.Orleans.Wire;

/// <summary>The <see cref="RerankOptions"/> of a call on their way to a silo.</summary>
[GenerateSerializer]
[Alias("resift.options")]
internal sealed class WireOptions
{
    [Id(0)]
    public int? TopN { get; init; }

    [Id(1)]
    public string? ModelId { get; init; }

    [Id(2)]
    public int? Truncation { get; init; }

    [Id(3)]
    public int? MaxTokensPerDocument { get; init; }

    [Id(4)]
    public string? Instruction { get; init; }

    [Id(5)]
    public Dictionary<string, object?>? AdditionalProperties { get; init; }

    /// <summary>Creates what travels of a call's options.</summary>
    /// <exception cref="NotSupportedException">An additional property is of a type that does not travel.</exception>
    public static WireOptions From(RerankOptions? options) => new()
    {
        TopN = options?.TopN,
        ModelId = options?.ModelId,
        Truncation = (int?)options?.Truncation,
        MaxTokensPerDocument = options?.MaxTokensPerDocument,
        Instruction = options?.Instruction,
        AdditionalProperties = options?.AdditionalProperties?.ToDictionary(
            pair => pair.Key,
            pair => WireValue.Travels(pair.Value)
                ? pair.Value
                : throw new NotSupportedException($"The additional property '{pair.Key}' is a {pair.Value!.GetType()}; only texts, " +
                    "numbers and truth values travel to a silo. Set it on the silo's own reranker.")),
    };

    /// <summary>Creates the options that the silo's reranker gets.</summary>
    public RerankOptions ToOptions() => new()
    {
        TopN = TopN,
        ModelId = ModelId,
        Truncation = (TruncationPolicy?)Truncation,
        MaxTokensPerDocument = MaxTokensPerDocument,
        Instruction = Instruction,
        AdditionalProperties = WireValue.ToDictionary(AdditionalProperties),
    };
}

/// <summary>The values of additional properties that mean the same in every process.</summary>
internal static class WireValue
{
    public static bool Travels(object? value) => value is null or string or bool or int or long or float or double or decimal;

    public static AdditionalPropertiesDictionary? ToDictionary(Dictionary<string, object?>? values) =>
        values is null ? null : new(values);
}
