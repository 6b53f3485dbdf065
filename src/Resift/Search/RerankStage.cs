using System.Diagnostics;

namespace Resift.Retrieval;

/// <summary>The reranker's part of one search, which may fail or take too long without failing the search.</summary>
internal static class RerankStage
{
    /// <summary>Reranks candidates.</summary>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public static async Task<RerankOutcome> RunAsync(
        IReranker reranker, string query, IReadOnlyList<Candidate> candidates, SearchOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        long start = Stopwatch.GetTimestamp();
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var stopped = stop.Token;
        string[] texts = [.. candidates.Select(candidate => candidate.Text)];
        try
        {
            var response = await Start(reranker, query, texts, options, stop).WaitAsync(stopped).ConfigureAwait(false);
            ThrowIfForeign(response, texts.Length);
            return new(response, null, Stopwatch.GetElapsedTime(start));
        }
        catch (Exception exception) when (!IsFaultOfTheCaller(exception))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string reason = exception is OperationCanceledException && stopped.IsCancellationRequested
                ? $"reranking took longer than the timeout of {options.RerankTimeout}"
                : $"the reranker failed with {exception.GetType().Name} ({exception.Message})";
            return new(null, $"{reason}; the order is the first stage's", Stopwatch.GetElapsedTime(start));
        }
    }

    private static Task<RerankResponse> Start(
        IReranker reranker, string query, string[] texts, SearchOptions options, CancellationTokenSource stop)
    {
        Task<RerankResponse> call;
        if (options.RerankTimeout is { } timeout)
        {
            // On another thread, since a reranker that computes before its first await could not be left behind otherwise.
            stop.CancelAfter(timeout);
            call = Task.Run(CallAsync, CancellationToken.None);
        }
        else
        {
            call = CallAsync();
        }

        // Nobody awaits a call that was left behind, but it still ends, and then somebody must look at its exception.
        call.ContinueWith(
            static ended => ended.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return call;

        // The source lives as long as the call that listens to it.
        async Task<RerankResponse> CallAsync()
        {
            using (stop)
            {
                return await reranker.RerankAsync(query, texts, options.Rerank, stop.Token).ConfigureAwait(false);
            }
        }
    }

    // What the contract of a reranker lists as misuse would fail the next search as well: degrading would only hide it.
    private static bool IsFaultOfTheCaller(Exception exception) =>
        exception is ArgumentException or NotSupportedException or ObjectDisposedException;

    private static void ThrowIfForeign(RerankResponse response, int candidates)
    {
        foreach (var (index, _) in response.Results)
        {
            if (index >= candidates)
            {
                throw new RerankerException($"The response ranks document {index}, but there were only {candidates} documents.")
                {
                    DocumentIndex = index,
                };
            }
        }
    }
}

/// <summary>How reranking ended.</summary>
/// <param name="Response">The reranker's response; null if there is none.</param>
/// <param name="Failure">Why there is none; null if there is one.</param>
/// <param name="Elapsed">How long it took, successful or not.</param>
internal sealed record RerankOutcome(RerankResponse? Response, string? Failure, TimeSpan Elapsed);
