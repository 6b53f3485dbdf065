using Resift.Testing;

namespace Resift.Orleans.Tests;

/// <summary>A reranker on one silo of a test: it scores by shared words, keeps what it was asked, and does what a test tells it.</summary>
internal sealed class SiloStub(string fingerprint, bool isPointwise = true) : DelegatingReranker(new TestReranker
{
    Metadata = new("test") { DefaultModelId = "word-overlap", ScoreScale = ScoreScale.Probability, IsPointwise = isPointwise },
})
{
    private readonly Lock _lock = new();
    private readonly List<IReadOnlyList<string>> _calls = [];

    /// <summary>Gets or sets what happens before a call is answered; null for nothing.</summary>
    public Func<CancellationToken, Task>? Before { get; set; }

    /// <summary>Gets the documents of each call.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Gets what ends when a call is there.</summary>
    public TaskCompletionSource Called { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            _calls.Add(documents);
        }

        Called.TrySetResult();
        if (Before is { } before)
        {
            await before(cancellationToken);
        }

        return await base.RerankAsync(query, documents, options, cancellationToken);
    }

    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ModelFingerprint) && serviceKey is null
            ? fingerprint is "" ? null : ModelFingerprint.Create(fingerprint)
            : base.GetService(serviceType, serviceKey);
}
