using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Resift.AspNetCore;

/// <summary>Ranks documents, in whatever dialect.</summary>
internal sealed class RerankEndpoint(
    RerankRoute route, ResiftServerOptions options, ServerModels models, WorkGate gate, TimeProvider time) : ServerEndpoint
{
    // JSON knows no infinity, which is the logit of a probability that was rounded to 0 or 1.
    private const double LargestLogit = 100;

    public override OperationDescription Description { get; } =
        new("Rankings", "Ranks documents by how well they answer a query.", () =>
            [.. route.Dialects.Select(dialect => RerankSamples.Of(dialect, route))]);

    public override Dialect DialectOf(HttpRequest request) => route.DialectOf(request);

    public override Dialect DialectOf(HttpRequest request, RequestBody body) => route.DialectOf(request, body);

    public override async Task<Action<Utf8JsonWriter>> AnswerAsync(
        HttpContext context, Dialect dialect, RequestBody body, string requestId)
    {
        var rerank = (RerankDialect)dialect;
        var call = rerank.Read(body, options.MaxDocuments);
        var (name, reranker) = models.FindReranker(context, call.Model);
        var metadata = reranker.GetService<RerankerMetadata>();
        ThrowIfRefused(metadata, call, name);
        long estimate = Estimate(call, metadata?.MaxTokensPerPair ?? int.MaxValue);
        var record = RequestRecord.Of(context);
        (record.Model, record.Documents, record.Tokens) = (name, call.Documents.Count, estimate);
        using var work = gate.EnterWork(context, estimate);
        var response = await ScoreAsync(reranker, call, context.RequestAborted).ConfigureAwait(false);
        int truncated = response.Usage?.TruncatedDocuments.Count ?? 0;
        record.Tokens = response.Usage?.InputTokens ?? estimate;
        var answer = new RerankAnswer(call, requestId, name, OnScale(response, call.Scale, name))
        {
            Tokens = record.Tokens.Value,
            TruncatedDocuments = truncated,
            Created = time.GetUtcNow(),
        };
        SetHeaders(context.Response.Headers, name, truncated, response.IsDegraded);

        // Written while the body that documents point into is there.
        var json = rerank.Answer(answer);
        return writer => json.WriteTo(writer);
    }

    // What is known before anything is computed is refused before.
    private void ThrowIfRefused(RerankerMetadata? metadata, RerankCall call, string name)
    {
        if (metadata?.MaxDocuments < call.Documents.Count)
        {
            throw new ServerProblem(ProblemKind.TooMany,
                $"the model '{name}' takes at most {metadata.MaxDocuments} documents, but there are {call.Documents.Count}");
        }

        if (!options.AllowsRankScores && metadata is { ScoreScale: not ScoreScale.Unspecified and var scale }
            && !scale.CanConvertTo(call.Scale))
        {
            throw NoSuchScale(scale, call.Scale, name);
        }
    }

    private static ServerProblem NoSuchScale(ScoreScale from, ScoreScale to, string name) => new(ProblemKind.Invalid,
        $"the model '{name}' gives scores on the scale '{from}', of which no {to} can be made, as this dialect has it. Use another " +
        $"model, calibrate this one, or let the server answer with rank scores ({nameof(ResiftServerOptions.AllowsRankScores)}).");

    private static long Estimate(RerankCall call, int mostPerPair)
    {
        int shared = TokenEstimate.Count(call.Query);
        long tokens = 0;
        for (int i = 0; i < call.Documents.Count; i++)
        {
            int query = call.Queries is { } queries ? TokenEstimate.Count(queries[i]) : shared;
            tokens += Math.Min((long)query + TokenEstimate.Count(call.Documents[i].Text), mostPerPair);
        }

        return tokens;
    }

    private static async Task<RerankResponse> ScoreAsync(IReranker reranker, RerankCall call, CancellationToken cancellationToken)
    {
        if (call.TopN == 0)
        {
            return RerankResponse.Create(Array.Empty<RerankResult>(), call.Scale, topN: null) with { Usage = RerankUsage.None };
        }

        string[] texts = [.. call.Documents.Select(document => document.Text)];
        var wishes = new RerankOptions
        {
            TopN = call.TopN,
            Truncation = call.Truncation,
            MaxTokensPerDocument = call.MaxTokensPerDocument,
        };
        if (call.Queries is not { } queries)
        {
            return await ModelCall.RunAsync(() => reranker.RerankAsync(call.Query, texts, wishes, cancellationToken)).ConfigureAwait(false);
        }

        var parts = new RerankResponse[queries.Count];
        for (int i = 0; i < parts.Length; i++)
        {
            int index = i;
            var part = await ModelCall.RunAsync(() => reranker.RerankAsync(queries[index], [texts[index]], wishes, cancellationToken))
                .ConfigureAwait(false);
            parts[i] = part.MapIndices(_ => index);
        }

        return RerankResponse.Merge(parts, topN: null);
    }

    private IReadOnlyList<RerankResult> OnScale(RerankResponse response, ScoreScale scale, string name)
    {
        if (response.ScoreScale.CanConvertTo(scale))
        {
            var results = response.ConvertTo(scale).Results;
            return scale is ScoreScale.Logit
                ? [.. results.Select(result => result with { Score = Math.Clamp(result.Score, -LargestLogit, LargestLogit) })]
                : results;
        }

        if (options.AllowsRankScores)
        {
            return [.. response.Results.Select((result, rank) => result with { Score = 1.0 / (rank + 1) })];
        }

        // A fallback answered, on a scale of its own.
        throw response.IsDegraded
            ? new ServerProblem(ProblemKind.Unavailable, $"the model '{name}' cannot answer now, and what stands in for it gives an " +
                "order without scores; try again later.")
            : NoSuchScale(response.ScoreScale, scale, name);
    }
}
