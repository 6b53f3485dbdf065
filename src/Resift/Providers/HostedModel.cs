namespace Resift;

/// <summary>What is known about one model of a service, which a name alone does not tell.</summary>
/// <param name="Provider">The name of the service; empty for a model that several serve, which keeps its nature wherever it is.</param>
/// <param name="Name">The name of the model there.</param>
/// <param name="AsOf">The month in which the source was read.</param>
/// <param name="Source">Where it says so.</param>
internal sealed record HostedModel(string Provider, string Name, DateOnly AsOf, string Source)
{
    public int? MaxTokensPerPair { get; init; }

    public int? MaxDocumentsPerRequest { get; init; }

    /// <summary>Gets how many tokens all documents of a request may have.</summary>
    public int? MaxRequestTokens { get; init; }

    public bool? FollowsInstructions { get; init; }

    public bool? CanRefuseLongDocuments { get; init; }

    public bool? LimitsTokensPerDocument { get; init; }

    /// <summary>Gets a value indicating whether the documents of a request are read together, so that scores depend on it.</summary>
    public bool IsListwise { get; init; }

    public ScoreScale? ScoreScale { get; init; }

    public ModelPrice? Price { get; init; }

    /// <summary>Gets what holds for this model of a service, given what holds for all of them.</summary>
    public ModelFacts Over(ModelFacts common) => common with
    {
        ScoreScale = ScoreScale ?? common.ScoreScale,
        IsPointwise = !IsListwise && common.IsPointwise,
        MaxTokensPerPair = IsListwise ? null : MaxTokensPerPair ?? common.MaxTokensPerPair,
        MaxDocumentsPerRequest = IsListwise
            ? Math.Min(MaxDocumentsPerRequest ?? int.MaxValue, common.MaxDocumentsPerRequest)
            : MaxDocumentsPerRequest ?? common.MaxDocumentsPerRequest,
        MaxRequestBytes = MaxRequestTokens is { } tokens
            ? IsListwise ? Math.Min(tokens * TokenSize.Bytes, common.MaxRequestBytes) : tokens * TokenSize.Bytes
            : common.MaxRequestBytes,
        FollowsInstructions = FollowsInstructions ?? common.FollowsInstructions,
        CanRefuseLongDocuments = CanRefuseLongDocuments ?? common.CanRefuseLongDocuments,
        LimitsTokensPerDocument = LimitsTokensPerDocument ?? common.LimitsTokensPerDocument,
    };
}
