using System.Collections.Concurrent;
using Resift.Testing;

namespace Resift.Abstractions.Tests;

/// <summary>A reranker whose every call waits until the test lets it go, and which counts the calls under way.</summary>
internal sealed class GatedReranker : IDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _arrivals = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    private readonly Lock _lock = new();

    public GatedReranker() => Reranker = new() { RerankAsyncCallback = AnswerAsync };

    public TestReranker Reranker { get; }

    public int UnderWay { get; private set; }

    public int MostAtOnce { get; private set; }

    /// <summary>Waits for a query to come, and gives the source that ends its call.</summary>
    public async Task<TaskCompletionSource> ArrivedAsync(string query)
    {
        await Source(_arrivals, query).Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        return Gate(query);
    }

    /// <summary>Gives the source that ends a call, come already or yet to come.</summary>
    public TaskCompletionSource Gate(string query) => Source(_gates, query);

    public void Dispose() => Reranker.Dispose();

    private static TaskCompletionSource Source(ConcurrentDictionary<string, TaskCompletionSource> sources, string query) =>
        sources.GetOrAdd(query, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task<RerankResponse> AnswerAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options,
        CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            UnderWay++;
            MostAtOnce = Math.Max(MostAtOnce, UnderWay);
        }

        try
        {
            Source(_arrivals, query).TrySetResult();
            await Gate(query).Task.WaitAsync(cancellationToken);
            return RerankResponse.Create([1.0], ScoreScale.Unspecified, topN: null) with { ModelId = query };
        }
        finally
        {
            // A call that was cancelled but not awaited would still be counted when the test looks.
            await Task.Yield();
            lock (_lock)
            {
                UnderWay--;
            }
        }
    }
}
