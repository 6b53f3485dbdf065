using Resift;

namespace OrleansSilo;

/// <summary>
/// Scores a document by how many of the query's words it has, one call after the other, each pair in a fixed time. Its answers say which
/// process gave them.
/// </summary>
public sealed class SharedWordsReranker(TimeSpan timePerPair) : IReranker
{
    /// <summary>The key in <see cref="RerankResponse.AdditionalProperties"/> of the process that answered.</summary>
    public const string ProcessKey = "sample.process";

    private readonly SemaphoreSlim _turn = new(1);

    /// <inheritdoc />
    public async Task<RerankResponse> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await Task.Delay(timePerPair * documents.Count, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }

        var wanted = query.Split(' ').ToHashSet();
        double[] scores = [.. documents.Select(document => document.Split(' ').Distinct().Count(wanted.Contains) / (double)wanted.Count)];
        return RerankResponse.Create(scores, ScoreScale.Probability, options?.TopN) with
        {
            Usage = new() { Pairs = documents.Count },
            AdditionalProperties = new() { [ProcessKey] = Environment.ProcessId },
        };
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is not null ? null
        : serviceType == typeof(RerankerMetadata)
            ? new RerankerMetadata("sample") { ScoreScale = ScoreScale.Probability, IsPointwise = true }
        : serviceType == typeof(ModelFingerprint) ? ModelFingerprint.Create(nameof(SharedWordsReranker))
        : null;

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();
}
