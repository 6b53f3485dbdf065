namespace Resift.Cli;

/// <summary>Stands where a search needs none, so that no weights are loaded for it.</summary>
internal sealed class NoReranker : IReranker
{
    public static NoReranker Instance { get; } = new();

    public Task<RerankResponse> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new InvalidOperationException("The search was opened without a reranker, for the tier 'embedding' alone.");

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
