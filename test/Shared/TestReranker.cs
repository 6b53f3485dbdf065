namespace Resift.Testing;

/// <summary>
/// A reranker for tests. It does what its callbacks say; without them it scores a document by the share of the query's words that it
/// contains, and keeps the whole contract.
/// </summary>
internal sealed class TestReranker : IReranker
{
    private int _calls;
    private int _disposals;

    public RerankerMetadata Metadata { get; init; } =
        new("test") { DefaultModelId = "word-overlap", ScoreScale = ScoreScale.Probability, IsPointwise = true };

    public Func<string, IReadOnlyList<string>, RerankOptions?, CancellationToken, Task<RerankResponse>>? RerankAsyncCallback { get; init; }

    public Func<Type, object?, object?>? GetServiceCallback { get; init; }

    public Action? DisposeCallback { get; init; }

    /// <summary>Gets how many calls came.</summary>
    public int Calls => _calls;

    /// <summary>Gets how often it was disposed.</summary>
    public int Disposals => _disposals;

    public Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _calls);
        return RerankAsyncCallback?.Invoke(query, documents, options, cancellationToken)
            ?? Task.FromResult(WordOverlap(query, documents, options, cancellationToken));
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return GetServiceCallback is not null ? GetServiceCallback(serviceType, serviceKey)
            : serviceKey is not null ? null
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType == typeof(RerankerMetadata) ? Metadata
            : null;
    }

    public void Dispose()
    {
        Interlocked.Increment(ref _disposals);
        DisposeCallback?.Invoke();
    }

    private static HashSet<string> Words(string text) => [.. TestWords.Of(text)];

    private RerankResponse WordOverlap(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options,
        CancellationToken cancellationToken)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        RerankArguments.ThrowIfChunking(options);
        ObjectDisposedException.ThrowIf(_disposals > 0, this);
        cancellationToken.ThrowIfCancellationRequested();
        var wanted = Words(query);
        double[] scores = [.. documents.Select(document => Words(document).Count(wanted.Contains) / (double)Math.Max(1, wanted.Count))];
        return RerankResponse.Create(scores, Metadata.ScoreScale, options?.TopN) with
        {
            ModelId = options?.ModelId ?? Metadata.DefaultModelId,
            Usage = new() { Pairs = documents.Count },
        };
    }
}
