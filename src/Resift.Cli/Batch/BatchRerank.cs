using System.Diagnostics;
using System.Globalization;
using Resift.Evaluation;

namespace Resift.Cli;

/// <summary>Reranks a first stage's run: reads it, then the texts that it needs, then goes through the queries a few at a time.</summary>
internal sealed class BatchRerank(CliConsole console, RunFiles files, RerankOptions options, ScoreThreshold threshold, string tag)
{
    // A local model merges the pairs of queries under way into full batches; more than a few would only delay the first line.
    public const int QueriesAtOnce = 4;

    private int _skipped;

    public static IReadOnlyList<string> BeirTextFields { get; } = ["title", "text"];

    public required string? Output { get; init; }

    public required IReadOnlyList<string> TextFields { get; init; }

    public required string? IdField { get; init; }

    /// <summary>Gets the prices of the provider; null where nothing is paid for, or nobody knows what.</summary>
    public PriceTable? Prices { get; init; }

    /// <summary>Gets the part of the run's queries that is done; null for all.</summary>
    public Shard? Shard { get; init; }

    public async Task RunAsync(Func<IReranker> open, CancellationToken cancellationToken)
    {
        await using var output = BatchOutput.Open(Output, Shard, console);
        using var input = new BatchInput(Shard, hashes: Shard is not null);
        var requests = await ReadAsync(input, cancellationToken);
        using var reranker = open();
        var provider = reranker.GetService<RerankerMetadata>()!;
        ThrowIfTooExpensive(provider, requests);
        string settings = RerankSettings.Identify(reranker, provider, options, threshold, tag);
        await output.BeginAsync($"{provider.DefaultModelId}", settings, Identify(requests), files.Resumes, cancellationToken);
        foreach (var request in requests[..output.DoneCount])
        {
            output.Skip(request.Position, digest: null);
        }

        var summary = new BatchSummary { ResumedAt = output.DoneCount };
        var clock = Stopwatch.StartNew();
        try
        {
            await RerankAsync(reranker, requests[output.DoneCount..], output, summary, cancellationToken);
        }
        catch
        {
            output.NoteWhatIsDone($"of {requests.Count} queries");
            throw;
        }

        await output.CommitAsync(input, _skipped, cancellationToken);
        console.Note(summary.Line(clock.Elapsed));
        console.NoteQuality(summary.Degraded, summary.LlmReport);
    }

    private Task RerankAsync(
        IReranker reranker, List<BatchRequest> requests, BatchOutput output, BatchSummary summary, CancellationToken cancellationToken) =>
        BatchProgress.RunAsync(console, requests.Sum(request => request.Request.Documents.Count), async advance =>
        {
            int next = 0;
            var answers = reranker.RerankBatchAsync(requests.Select(request => request.Request), options, QueriesAtOnce, cancellationToken);
            await foreach (var response in answers)
            {
                var (position, queryId, documentIds, request) = requests[next++];
                TrecRun.Write(output.Writer, queryId, threshold.Apply(response), index => documentIds[index], tag);
                await output.CompleteAsync(position, digest: "");
                summary.Add(request.Documents.Count, response);
                advance(request.Documents.Count);
                summary.ThrowIfAbove(files.MaxCost, isLast: next == requests.Count);
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
            throw BatchCost.NothingToPay();
        }

        var cost = BatchCost.Estimate(provider, requests.Select(request => request.Request), Prices);
        cost.ThrowIfAbove(files.MaxCost);
        console.Note(cost.ToString());
    }

    private static string Identify(List<BatchRequest> requests) => ModelFingerprint.Create(requests.SelectMany(request =>
        (IEnumerable<string>)[request.QueryId, request.Request.Query, .. request.DocumentIds, .. request.Request.Documents])).Value;

    private async Task<List<BatchRequest>> ReadAsync(BatchInput input, CancellationToken cancellationToken)
    {
        var run = files.Run == "-"
            ? await Run.ReadStreamAsync(console.OpenInput(), "standard input", cancellationToken)
            : await Run.ReadAsync(files.Run, cancellationToken);
        List<(int Position, string QueryId)> wanted = [];
        foreach (var (position, queryId) in run.QueryIds.Index())
        {
            input.Hash([queryId, .. Candidates(queryId)]);
            if (input.Take(queryId))
            {
                wanted.Add((position, queryId));
            }
        }

        var queryIds = wanted.Select(query => query.QueryId).ToHashSet();
        var queries = await ReadTextsAsync(files.Queries, "queries", queryIds, QueryFields(), input, cancellationToken);
        var documentIds = queryIds.SelectMany(Candidates).ToHashSet();
        var texts = await ReadTextsAsync(files.Corpus, "documents", documentIds, new(TextFields, IdField), input, cancellationToken);

        var requests = new List<BatchRequest>(wanted.Count);
        foreach (var (position, queryId) in wanted)
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

            requests.Add(new(position, queryId, found, new(text, [.. found.Select(id => texts[id])])));
        }

        _skipped = wanted.Count - requests.Count;
        return requests.Count > 0 || (wanted.Count == 0 && Shard is not null)
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
        string file, string what, HashSet<string> needed, RecordFields fields, BatchInput all, CancellationToken cancellationToken)
    {
        await using var input = console.OpenText(file);
        var texts = await TextSet.ReadAsync(input, needed, fields, all, cancellationToken);
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

    private sealed record BatchRequest(int Position, string QueryId, string[] DocumentIds, RerankRequest Request);
}

/// <summary>What tells the results of a batch from those of other models and options.</summary>
internal static class RerankSettings
{
    public static string Identify(
        IReranker reranker, RerankerMetadata provider, RerankOptions options, ScoreThreshold threshold, string? tag) =>
        ModelFingerprint.Create(
        [
            provider.ProviderName,
            provider.ProviderUri?.AbsoluteUri,
            provider.DefaultModelId,
            reranker.GetService<ModelFingerprint>()?.Value,
            tag,
            $"{options.TopN} {options.Truncation} {threshold.Scale}",
            threshold.MinScore?.ToString("R", CultureInfo.InvariantCulture),
        ]).Value;
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
