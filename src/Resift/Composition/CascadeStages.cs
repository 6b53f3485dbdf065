namespace Resift;

/// <summary>What each stage of a <see cref="CascadeReranker"/> did in one call.</summary>
/// <param name="CheapPairs">How many pairs the cheap reranker scored; 0 if it was not needed.</param>
/// <param name="FullPairs">How many pairs the full reranker scored.</param>
public sealed record CascadeStages(int CheapPairs, int FullPairs)
{
    /// <summary>Gets the cheap reranker's answer about all documents, on its own scale; null if it was not needed.</summary>
    public RerankResponse? Cheap { get; init; }

    /// <summary>Gets the full reranker's answer, with the caller's indices.</summary>
    public required RerankResponse Full { get; init; }
}

/// <summary>Reads what <see cref="CascadeReranker"/> says about its stages.</summary>
public static class CascadeStagesExtensions
{
    /// <summary>Gets what each stage did.</summary>
    /// <param name="response">A response.</param>
    /// <returns>The stages; null if no cascade answered.</returns>
    public static CascadeStages? CascadeStages(this RerankResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.AdditionalProperties is { } properties &&
            properties.TryGetValue(CascadeReranker.StagesKey, out CascadeStages? stages) ? stages : null;
    }
}
