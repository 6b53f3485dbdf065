using System.Diagnostics;
using System.Text.Json;

namespace Resift.Cli;

/// <summary>Answers requests line by line, as they come: one line for each.</summary>
internal sealed class RequestBatch(CliConsole console, BatchFile file, RerankOptions options, ScoreThreshold threshold)
{
    // As many are held in memory, and answered before the next are read.
    private const int RequestsAtOnce = 32;

    public required string? Output { get; init; }

    /// <summary>Gets the part of the requests that is done; null for all.</summary>
    public Shard? Shard { get; init; }

    public async Task RunAsync(Func<IReranker> open, CancellationToken cancellationToken)
    {
        await using var lines = console.OpenText(file.Path);
        await using var output = BatchOutput.Open(Output, Shard, console);
        using var reranker = open();
        var provider = reranker.GetService<RerankerMetadata>()!;
        if (file.MaxCost is not null && provider.ProviderUri is null)
        {
            throw BatchCost.NothingToPay();
        }

        string settings = RerankSettings.Identify(reranker, provider, options, threshold, tag: null);
        await output.BeginAsync($"{provider.DefaultModelId}", settings, input: "", file.Resumes, cancellationToken);
        using var input = new BatchInput(Shard, output.KeepsWhatIsDone);
        var summary = new BatchSummary { ResumedAt = output.DoneCount };
        var clock = Stopwatch.StartNew();
        await input.ForEachLeftAsync(
            RequestReader.ReadAsync(lines, cancellationToken),
            request => request.Key,
            request => request.Texts,
            RequestsAtOnce,
            output,
            new(console, "queries"),
            requests => AnswerAsync(reranker, requests, output, summary, cancellationToken),
            cancellationToken);

        await output.CommitAsync(input, skipped: 0, cancellationToken);
        if (input.Records == 0)
        {
            // No error: engines that share records out hand some of their workers none.
            console.Note($"{lines.Name} has no requests");
        }

        console.Note(summary.Line(clock.Elapsed));
        console.NoteQuality(summary.Degraded, summary.LlmReport);
    }

    private async Task AnswerAsync(
        IReranker reranker, BatchRecord<BatchRequest>[] requests, BatchOutput output, BatchSummary summary,
        CancellationToken cancellationToken)
    {
        int next = 0;
        var asked = requests.Select(request =>
            new RerankRequest(request.Value.Query, [.. request.Value.Documents.Select(document => document.Text)]));
        await foreach (var response in reranker.RerankBatchAsync(asked, options, BatchRerank.QueriesAtOnce, cancellationToken))
        {
            var (position, digest, request) = requests[next++];
            Json.WriteLine(output.Writer, indented: false, json => Write(json, position, request, threshold.Apply(response)));
            await output.CompleteAsync(position, digest);
            summary.Add(request.Documents.Count, response);
            summary.ThrowIfAbove(file.MaxCost, isLast: false);
        }

        await output.Writer.FlushAsync(cancellationToken);
    }

    private static void Write(Utf8JsonWriter json, int position, BatchRequest request, RerankResponse response)
    {
        json.WriteStartObject();
        json.WriteNumber("index", position);
        json.WriteString("id", request.Id);
        json.WriteString("scale", response.ScoreScale.Name());
        if (response.DegradedReason is { } reason)
        {
            json.WriteString("degraded", reason);
        }

        json.WriteStartArray("results");
        foreach (var (index, score) in response.Results)
        {
            json.WriteStartObject();
            json.WriteNumber("index", index);
            json.WriteString("id", request.Documents[index].Id);
            json.WriteScore(score);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
