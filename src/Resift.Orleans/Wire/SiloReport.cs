namespace Resift.Orleans.Wire;

/// <summary>What a silo publishes: which rerankers it holds, and how much they have to do.</summary>
[GenerateSerializer]
[Alias("resift.report")]
internal sealed class SiloReport
{
    [Id(0)]
    public HeldReport[] Held { get; init; } = [];

    /// <summary>Gets a value indicating whether the work that was asked about is here, waiting or running.</summary>
    [Id(1)]
    public bool HasWork { get; init; }
}

/// <summary>One reranker of a silo.</summary>
[GenerateSerializer]
[Alias("resift.held")]
internal sealed class HeldReport
{
    [Id(0)]
    public string Name { get; init; } = "";

    /// <summary>
    /// Gets what scores depend on: the model with its precision, and the width of the processor's vectors, in which sums are added up in
    /// another order. Equal revisions give equal scores, to the bit.
    /// </summary>
    [Id(1)]
    public string Revision { get; init; } = "";

    /// <summary>Gets the model's own fingerprint; null if it has none, and then nothing shows that two silos score alike.</summary>
    [Id(2)]
    public string? Fingerprint { get; init; }

    [Id(3)]
    public long QueuedTokens { get; init; }

    [Id(4)]
    public string? DefaultModelId { get; init; }

    [Id(5)]
    public int ScoreScale { get; init; }

    [Id(6)]
    public bool IsPointwise { get; init; }

    [Id(7)]
    public int? MaxDocuments { get; init; }

    [Id(8)]
    public int? MaxTokensPerPair { get; init; }

    [Id(9)]
    public int? SpecialTokensPerPair { get; init; }

    /// <summary>Determines whether a call may be taken apart: only if each document is scored on its own, and alike everywhere.</summary>
    public bool CanSplit(string? modelId) =>
        IsPointwise && Fingerprint is not null && (modelId is null || modelId == DefaultModelId);

    public RerankerMetadata ToMetadata() => new(OrleansReranker.ProviderName)
    {
        DefaultModelId = DefaultModelId,
        ScoreScale = (ScoreScale)ScoreScale,
        IsPointwise = IsPointwise,
        MaxDocuments = MaxDocuments,
        MaxTokensPerPair = MaxTokensPerPair,
        SpecialTokensPerPair = SpecialTokensPerPair,
    };
}
