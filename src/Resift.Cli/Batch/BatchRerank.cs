using System.Diagnostics;
using System.Globalization;
using Resift.Evaluation;

namespace Resift.Cli;

/// <summary>Reranks a first stage's run: reads it, then the texts that it needs, then goes through the queries a few at a time.</summary>
internal sealed class BatchRerank(CliConsole console, RunFiles files, RerankOptions options, ScoreThreshold threshold, string tag)
{
    // A local model merges the pairs of queries under way into full batches; more than a few would only delay the first line.
    private const int QueriesAtOnce = 4;

    public static IReadOnlyList<string> BeirTextFields { get; } = ["title", "text"];

    public required string? Output { get; init; }

    public required IReadOnlyList<string> TextFields { get; init; }

    public required string? IdField { get; init; }

    /// <summary>Gets the prices of the provider; null where nothing is paid for, or nobody knows what.</summary>
    public PriceTable? Prices { get; init; }

    public async Task RunAsync(Func<IReranker> open, CancellationToken cancellationToken)
    {
        var requests = await ReadAsync(cancellationToken);
        await using var output = OutputTarget.Open(Output, console);
        using var reranker = open();
        var provider = reranker.GetService<RerankerMetadata>()!;
        ThrowIfTooExpensive(provider, requests);
        await using var partial = output.Target is { } target
            ? await PartialRun.OpenAsync(target, Identify(reranker, provider, requests), files.Resumes, cancellationToken)
            : null;
        var summary = new BatchSummary { ResumedAt = partial?.DoneCount ?? 0 };
        var clock = Stopwatch.StartNew();
        try
        {
            var left = requests[summary.ResumedAt..];
            await RerankAsync(reranker, left, partial, partial?.Writer ?? output.Writer, summary, cancellationToken);
        }
        catch when (partial is { DoneCount: > 0 })
        {
            console.Note($"{partial.DoneCount} of {requests.Count} queries are in {partial.Name}; the same command with --resume goes on");
            throw;
        }

        if (partial is not null)
        {
            await partial.CopyToAsync(output.Writer, cancellationToken);
        }

        await output.CommitAsync();
        partial?.Complete();
        console.Note(summary.Line(clock.Elapsed));
        console.NoteQuality(summary.Degraded, summary.LlmReport);
    }

    private Task RerankAsync(
        IReranker reranker, List<BatchRequest> requests, PartialRun? partial, TextWriter writer, BatchSummary summary,
        CancellationToken cancellationToken) =>
        BatchProgress.RunAsync(console, requests.Sum(request => request.Request.Documents.Count), async advance =>
        {
            int next = 0;
            var answers = reranker.RerankBatchAsync(requests.Select(request => request.Request), options, QueriesAtOnce, cancellationToken);
            await foreach (var response in answers)
            {
                var (queryId, documentIds, request) = requests[next++];
                TrecRun.Write(writer, queryId, threshold.Apply(response), index => documentIds[index], tag);
                if (partial is not null)
                {
                    await partial.MarkAsync();
                }

                summary.Add(request.Documents.Count, response);
                advance(request.Documents.Count);
                if (summary.Cost > files.MaxCost && next < requests.Count)
                {
                    throw new InvalidDataException(string.Create(
                        CultureInfo.InvariantCulture,
                        $"The batch has cost {summary.Cost} US dollars, more than --max-cost {files.MaxCost} and than was estimated."));
                }
            }
        });

    private void ThrowIfTooExpensive(RerankerMetadata provider, List<BatchRequest> requests)
    {
        if (Prices is null && files.MaxCost is null)
        {
            return;
        }

        if (provider.ProviderUri is null)
        {
            throw new UsageException("--max-cost is about hosted rerankers, and a model on this machine costs nothing; leave it out.");
        }

        var cost = BatchCost.Estimate(provider, requests.Select(request => request.Request), Prices);
        cost.ThrowIfAbove(files.MaxCost);
        console.Note(cost.ToString());
    }

    private string Identify(IReranker reranker, RerankerMetadata provider, List<BatchRequest> requests) => ModelFingerprint.Create(
    [
        provider.ProviderName,
        provider.ProviderUri?.AbsoluteUri,
        provider.DefaultModelId,
        reranker.GetService<ModelFingerprint>()?.Value,
        tag,
        $"{options.TopN} {options.Truncation} {threshold.Scale}",
        threshold.MinScore?.ToString("R", CultureInfo.InvariantCulture),
        .. requests.SelectMany(request =>
            (IEnumerable<string>)[request.QueryId, request.Request.Query, .. request.DocumentIds, .. request.Request.Documents]),
    ]).Value;

    private async Task<List<BatchRequest>> ReadAsync(CancellationToken cancellationToken)
    {
        var run = files.Run == "-"
            ? await Run.ReadStreamAsync(console.OpenInput(), "standard input", cancellationToken)
            : await Run.ReadAsync(files.Run, cancellationToken);
        var queryIds = run.QueryIds.ToHashSet();
        var queries = await ReadTextsAsync(files.Queries, "queries", queryIds, QueryFields(), cancellationToken);
        var documentIds = run.QueryIds.SelectMany(Candidates).ToHashSet();
        var texts = await ReadTextsAsync(files.Corpus, "documents", documentIds, new(TextFields, IdField), cancellationToken);

        var requests = new List<BatchRequest>(run.QueryIds.Count);
        foreach (string queryId in run.QueryIds)
        {
            string[] found = [.. Candidates(queryId).Where(texts.ContainsKey)];
            if (!queries.TryGetValue(queryId, out string? text) || found.Length == 0)
            {
                continue;
            }

            if (string.IsNullOrWhiteSpace(text))
            {
                throw new InvalidDataException($"{files.Queries}: the query '{queryId}' is blank.");
            }

            requests.Add(new(queryId, found, new(text, [.. found.Select(id => texts[id])])));
        }

        return requests.Count > 0
            ? requests
            : throw new InvalidDataException($"{files.Run}: none of its queries and documents is in {files.Queries} and {files.Corpus}.");

        IEnumerable<string> Candidates(string queryId) => run.GetDocuments(queryId).Take(files.Depth).Select(document => document.Id);
    }

    private RecordFields QueryFields() => new(files.QueryFields, files.QueryIdField)
    {
        OtherTextFields = ["query", "question"],
        TextOption = "--query-field",
        IdOption = "--query-id-field",
    };

    private async Task<Dictionary<string, string>> ReadTextsAsync(
        string file, string what, HashSet<string> needed, RecordFields fields, CancellationToken cancellationToken)
    {
        await using var input = console.OpenText(file);
        var texts = await TextSet.ReadAsync(input, needed, fields, cancellationToken);
        if (TextSet.Missing(needed, texts, what, file) is { } missing)
        {
            if (!files.SkipMissing)
            {
                throw new InvalidDataException($"{missing}. Say --skip-missing to leave them out.");
            }

            console.Note($"warning: {missing}; they are left out");
        }

        return texts;
    }

    private sealed record BatchRequest(string QueryId, string[] DocumentIds, RerankRequest Request);
}

/// <summary>Shows how far a batch is.</summary>
internal static class BatchProgress
{
    /// <summary>Runs the work.</summary>
    /// <param name="console">Where progress is shown.</param>
    /// <param name="pairs">How many pairs there are.</param>
    /// <param name="work">The work; it calls its argument with the number of pairs that are newly done.</param>
    public static Task RunAsync(CliConsole console, int pairs, Func<Action<int>, Task> work)
    {
        long done = 0;
        return WorkProgress.RunAsync(
            console,
            pairs,
            elapsed => string.Create(CultureInfo.InvariantCulture,
                $"{done:N0} of {pairs:N0} pairs, {done / elapsed.TotalSeconds:F1} pairs/s"),
            show => work(newlyDone => show(done += newlyDone)));
    }
}
