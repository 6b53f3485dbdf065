namespace Resift;

/// <summary>Determines which calls may be taken apart by document.</summary>
internal static class PointwiseCalls
{
    /// <summary>Determines whether a call's documents are scored each on its own.</summary>
    /// <returns>True if the reranker says so of its model; false for a call that names another one, of which it says nothing.</returns>
    public static bool IsPointwiseFor(this RerankerMetadata? metadata, RerankOptions? options) =>
        metadata is { IsPointwise: true } && (options?.ModelId is not { } model || model == metadata.DefaultModelId);
}
