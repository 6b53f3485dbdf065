using System.Diagnostics;

namespace Resift.Retrieval;

/// <summary>A reranker's part of one search, which may fail or take too long without failing the search.</summary>
internal static class SecondStage
{
    /// <summary>Lets a reranker read candidates.</summary>
    /// <param name="stage">The name of the stage.</param>
    /// <param name="reranker">Reads them.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="candidates">All candidates.</param>
    /// <param name="read">The indices of those that it reads.</param>
    /// <param name="template">Makes of a candidate the text that is read.</param>
    /// <param name="options">What the reranker is asked for.</param>
    /// <param name="timeout">How long all reranking may take, null for no limit, and when it began.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Its response, whose indices are those of the candidates, or why there is none.</returns>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public static async Task<RerankOutcome> RunAsync(
        string stage,
        IReranker reranker,
        string query,
        IReadOnlyList<Candidate> candidates,
        int[] read,
        PassageTemplate template,
        RerankOptions? options,
        (TimeSpan? Limit, long Start) timeout,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var activity = RetrievalTelemetry.StartStage(stage);
        activity?.SetTag(SearchNames.ReadCount, read.Length);
        long start = Stopwatch.GetTimestamp();
        string[] texts = Texts(reranker, query, read.Select(index => candidates[index].Document), template);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var stopped = stop.Token;
        try
        {
            var response = await Start(reranker, query, texts, options, timeout, stop).WaitAsync(stopped).ConfigureAwait(false);
            ThrowIfForeign(response, texts.Length);
            activity?.SetTag(TelemetryNames.DegradedReason, response.DegradedReason);
            return new(Indexed(response, read), null, Stopwatch.GetElapsedTime(start));
        }
        catch (Exception exception) when (!RerankFailures.IsCallersMistake(exception))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string reason = exception is OperationCanceledException && stopped.IsCancellationRequested
                ? $"reranking took longer than the timeout of {timeout.Limit}"
                : $"the reranker failed with {exception.GetType().Name} ({exception.Message})";
            activity?.SetTag(TelemetryNames.DegradedReason, reason);
            return new(null, reason, Stopwatch.GetElapsedTime(start));
        }
        catch (Exception error)
        {
            activity?.Fail(error);
            throw;
        }
    }

    // Where the model's limit is known, what says where a passage stands gives way to the passage.
    private static string[] Texts(IReranker reranker, string query, IEnumerable<SearchDocument> documents, PassageTemplate template) =>
        reranker.GetService<TokenCounter>() is { } countTokens &&
        reranker.GetService<RerankerMetadata>() is { MaxTokensPerPair: { } limit, SpecialTokensPerPair: { } special } &&
        limit - special - countTokens(query) is var room
            ? [.. documents.Select(document => template.TextOf(document, countTokens, room))]
            : [.. documents.Select(template.TextOf)];

    private static Task<RerankResponse> Start(
        IReranker reranker,
        string query,
        string[] texts,
        RerankOptions? options,
        (TimeSpan? Limit, long Start) timeout,
        CancellationTokenSource stop)
    {
        Task<RerankResponse> call;
        if (timeout.Limit is { } limit)
        {
            // On another thread, since a reranker that computes before its first await could not be left behind otherwise.
            var left = limit - Stopwatch.GetElapsedTime(timeout.Start);
            stop.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
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
                return await reranker.RerankAsync(query, texts, options, stop.Token).ConfigureAwait(false);
            }
        }
    }

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

    // Equal scores stay in the order in which they were read, which is the order so far.
    private static RerankResponse Indexed(RerankResponse response, int[] read) => response.MapIndices(index => read[index]);
}

/// <summary>How reranking ended.</summary>
/// <param name="Response">The reranker's response; null if there is none.</param>
/// <param name="Failure">Why there is none; null if there is one.</param>
/// <param name="Elapsed">How long it took, successful or not.</param>
internal sealed record RerankOutcome(RerankResponse? Response, string? Failure, TimeSpan Elapsed);
