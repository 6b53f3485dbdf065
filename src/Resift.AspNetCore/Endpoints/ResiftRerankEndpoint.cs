using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Resift.AspNetCore;

/// <summary>Our own <c>/resift/rerank</c>: one query or several over the same documents, with all that is known of the ranking.</summary>
internal sealed class ResiftRerankEndpoint(
    ResiftServerOptions options, ServerModels models, WorkGate gate, ILogger<ResiftRerankEndpoint> logger) : ServerEndpoint
{
    // The engine shares the processor by itself; a provider is not asked for more at once.
    private const int QueriesAtOnce = 4;

    public override OperationDescription Description { get; } =
        new("Resift", "Ranks documents for one query or several, with all that is known of the ranking.", () => [ResiftSamples.Rankings()]);

    public override Dialect DialectOf(HttpRequest request) => ResiftDialect.Instance;

    public override async Task<Action<Utf8JsonWriter>> AnswerAsync(
        HttpContext context, Dialect dialect, RequestBody body, string requestId)
    {
        var call = RankingsCall.Read(body, options.MaxDocuments);
        var (name, reranker) = models.FindReranker(context, call.Model);
        var metadata = reranker.GetService<RerankerMetadata>();
        ThrowIfRefused(metadata, call, name);
        long estimate = call.EstimateTokens(metadata?.MaxTokensPerPair ?? int.MaxValue);
        var record = RequestRecord.Of(context);
        (record.Model, record.Documents, record.Tokens) = (name, call.Queries.Count * call.Documents.Count, estimate);
        using var work = gate.EnterWork(context, estimate);
        long start = Stopwatch.GetTimestamp();
        var responses = new RerankResponse[call.Queries.Count];
        var rankings = new Ranking[call.Queries.Count];
        await Parallel.ForAsync(0, rankings.Length, new ParallelOptions
        {
            MaxDegreeOfParallelism = QueriesAtOnce,
            CancellationToken = context.RequestAborted,
        }, RankAsync).ConfigureAwait(false);
        SetHeaders(
            context.Response.Headers,
            name,
            rankings.Sum(ranking => ranking.Truncated.Count),
            isDegraded: Array.Exists(rankings, ranking => ranking.Degraded is true));
        var usages = responses.Select(response => response.Usage).OfType<RerankUsage>().ToList();
        var answer = new RankingsAnswer(
            requestId,
            name,
            rankings,
            RankingUsage.From(
                usages.Count == responses.Length ? RerankUsage.Sum(usages) : null, responses.Length * call.Documents.Count, estimate),
            Milliseconds(start));
        return writer => JsonSerializer.Serialize(writer, answer, ResiftJson.Default.RankingsAnswer);

        async ValueTask RankAsync(int index, CancellationToken cancellationToken)
        {
            long begin = Stopwatch.GetTimestamp();
            var response = await ModelCall.RunAsync(
                () => reranker.RerankAsync(call.Queries[index], call.Texts, call.Wishes, cancellationToken)).ConfigureAwait(false);
            if (response.DegradedReason is { } reason)
            {
                LogDegraded(logger, requestId, reason);
            }

            responses[index] = response;
            rankings[index] = call.ToRanking(index, response, Milliseconds(begin));
        }
    }

    internal static double Milliseconds(long start) => Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3);

    // What is known before anything is computed is refused before.
    private static void ThrowIfRefused(RerankerMetadata? metadata, RankingsCall call, string name)
    {
        if (metadata?.MaxDocuments < call.Documents.Count)
        {
            throw new ServerProblem(ProblemKind.TooMany,
                $"The model '{name}' takes at most {metadata.MaxDocuments} documents, but there are {call.Documents.Count}.");
        }

        if (metadata is { ScoreScale: not ScoreScale.Unspecified and var from } && call.Scale is { } to && !from.CanConvertTo(to))
        {
            throw ScaleWords.NotOf(from, to);
        }
    }

}
