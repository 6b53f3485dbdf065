using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Resift.Retrieval;

namespace Resift.AspNetCore;

/// <summary>Our own <c>/resift/search</c>: candidates of a retriever of the container, which a reranker orders.</summary>
internal sealed class SearchEndpoint(
    ResiftServerOptions options, ServerModels models, ServerIndexes indexes, WorkGate gate, ILogger<SearchEndpoint> logger)
    : ServerEndpoint
{
    // What a pair is taken for where a model does not say how much it reads.
    private const int UsualTokensPerPair = 512;

    public override string Operation => "search";

    public override OperationDescription Description { get; } =
        new("Resift", "Finds passages of an index, and ranks them.", () => [ResiftSamples.Search()]);

    public override Dialect DialectOf(HttpRequest request) => ResiftDialect.Instance;

    public override async Task<Action<Utf8JsonWriter>> AnswerAsync(
        HttpContext context, Dialect dialect, RequestBody body, string requestId)
    {
        string? query = body.Text("query");
        if (string.IsNullOrWhiteSpace(query))
        {
            throw new ServerProblem(ProblemKind.Empty, "'query' is missing or only white space; a question or a few words were expected.");
        }

        var (index, retriever, wishes) = indexes.Find(body.Text("index"));
        var (scale, minScore) = ScaleWords.Read(body);
        ReadWishes(body, wishes, hasReranker: options.Rerankers.Count > 0);
        var (name, reranker) = wishes.Tier is SearchTier.FirstStageOnly ? default : models.FindReranker(context, body.Text("model"));
        var metadata = reranker?.GetService<RerankerMetadata>();
        ThrowIfRefused(metadata, scale, minScore, wishes.Tier);
        if (minScore is { } least)
        {
            wishes.Select = (response, _) => response.ScoreScale.CanConvertTo(scale!.Value)
                ? response.AtLeast(least, scale.Value)
                : throw ScaleWords.NotOf(response.ScoreScale, scale.Value);
        }

        var record = RequestRecord.Of(context);
        record.Model = name;
        record.Tokens = Estimate(query, wishes, metadata);
        using var work = gate.EnterWork(context, record.Tokens.Value);
        long start = Stopwatch.GetTimestamp();
        var found = await ModelCall.RunAsync(
            () => new TwoStageRetriever(retriever, reranker).SearchAsync(query, wishes, context.RequestAborted)).ConfigureAwait(false);
        SetHeaders(
            context.Response.Headers,
            found.RerankedCount > 0 ? name : null,
            found.RerankUsage?.TruncatedDocuments.Count ?? 0,
            found.IsDegraded);
        if (found.DegradedReason is { } reason)
        {
            LogDegraded(logger, requestId, reason);
        }

        var answer = HitWriter.Write(requestId, index, found, scale, wishes, ResiftRerankEndpoint.Milliseconds(start)) with
        {
            Model = found.RerankedCount > 0 ? name : null,
        };
        return writer => JsonSerializer.Serialize(writer, answer, ResiftJson.Default.SearchAnswer);
    }

    private void ReadWishes(RequestBody body, SearchOptions wishes, bool hasReranker)
    {
        wishes.Candidates = Bounded(body, "candidates") ?? wishes.Candidates;
        wishes.TopN = Bounded(body, "top_n") ?? wishes.TopN;
        wishes.CandidatesPerDocument = body.AtLeastOne("candidates_per_document") ?? wishes.CandidatesPerDocument;
        wishes.GroupByDocument = body.Flag("group_by_document") ?? wishes.GroupByDocument;
        wishes.FirstStageWeight = body.Real("first_stage_weight") switch
        {
            null => wishes.FirstStageWeight,
            >= 0 and <= 1 and { } weight => weight,
            { } other => throw new ServerProblem(ProblemKind.Invalid, FormattableString.Invariant(
                $"'first_stage_weight' is {other}; a number from 0, the reranker alone, to 1 was expected.")),
        };
        wishes.Tier = body.Text("tier") switch
        {
            null => hasReranker ? wishes.Tier : SearchTier.FirstStageOnly,
            "embedding" => SearchTier.FirstStageOnly,
            "light" => SearchTier.Light,
            "full" => SearchTier.Full,
            var other => throw new ServerProblem(ProblemKind.Invalid,
                $"'tier' is '{other}'; 'embedding', 'light' or 'full' was expected."),
        };
        if (body.Names("filter") is { Length: > 0 } conditions)
        {
            wishes.Filter = ReadFilter(conditions);
        }
    }

    private int? Bounded(RequestBody body, string name) => body.AtLeastOne(name) switch
    {
        { } number when number > options.MaxDocuments => throw new ServerProblem(ProblemKind.TooMany,
            $"'{name}' is {number}; at most {options.MaxDocuments} are taken in one request."),
        var number => number,
    };

    private static MetadataFilter ReadFilter(string[] conditions)
    {
        try
        {
            return MetadataFilter.Parse(conditions);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new ServerProblem(ProblemKind.Invalid, $"'filter' cannot be read. {exception.Message.Split(" (Parameter '")[0]}");
        }
    }

    private static void ThrowIfRefused(RerankerMetadata? metadata, ScoreScale? scale, double? minScore, SearchTier tier)
    {
        if (tier is SearchTier.FirstStageOnly && minScore is not null)
        {
            throw new ServerProblem(ProblemKind.Invalid, "'min_score' is about a reranker's scores, and nothing is reranked here. Leave " +
                "it out, or ask for the tier 'light' or 'full'.");
        }

        if (metadata is { ScoreScale: not ScoreScale.Unspecified and var from } && scale is { } to && !from.CanConvertTo(to))
        {
            throw ScaleWords.NotOf(from, to);
        }
    }

    // The most that may be read: what is found is not known yet.
    private static long Estimate(string query, SearchOptions wishes, RerankerMetadata? metadata)
    {
        int depth = wishes.Tier switch
        {
            SearchTier.FirstStageOnly => 0,
            SearchTier.Light => Math.Min(wishes.LightDepth ?? wishes.Candidates, wishes.Candidates),
            _ => Math.Min(wishes.Depth ?? wishes.Candidates, wishes.Candidates),
        };
        return TokenEstimate.Count(query) + ((long)depth * (metadata?.MaxTokensPerPair ?? UsualTokensPerPair));
    }

}

/// <summary>Says what a search found.</summary>
internal static class HitWriter
{
    /// <summary>Creates the answer.</summary>
    /// <exception cref="ServerProblem">The scores cannot be had on the scale that is asked for.</exception>
    public static SearchAnswer Write(
        string requestId, string index, SearchResponse found, ScoreScale? scale, SearchOptions wishes, double milliseconds)
    {
        if (scale is { } wanted && found.Hits.Count > 0 && !found.IsDegraded && !found.ScoreScale.CanConvertTo(wanted))
        {
            throw ScaleWords.NotOf(found.ScoreScale, wanted);
        }

        var times = new Dictionary<string, double>();
        foreach (var (stage, elapsed) in found.Timings)
        {
            times[stage] = times.GetValueOrDefault(stage) + Math.Round(elapsed.TotalMilliseconds, 3);
        }

        times["total"] = milliseconds;
        var shownScale = scale is { } to && found.ScoreScale.CanConvertTo(to) ? to : found.ScoreScale;
        return new(requestId, index, Name(found.Tier), shownScale.Name(), [.. found.Hits.Select(hit => ToAnswer(hit, scale))])
        {
            Candidates = found.CandidateCount,
            Reranked = found.RerankedCount,
            TruncatedPassages = found.RerankUsage?.TruncatedDocuments.Count is > 0 and var truncated ? truncated : null,
            QueryTokensCut = found.QueryTokensCut > 0 ? found.QueryTokensCut : null,
            MinScoreApplied = wishes.Select is null ? null : found.IsSelected,
            Degraded = found.IsDegraded ? true : null,
            Usage = found.RerankUsage is { } usage ? RankingUsage.From(usage, found.RerankedCount, usage.InputTokens ?? 0) : null,
            Milliseconds = times,
        };
    }

    private static string Name(SearchTier tier) => tier switch
    {
        SearchTier.FirstStageOnly => "embedding",
        SearchTier.Light => "light",
        _ => "full",
    };

    private static HitAnswer ToAnswer(SearchHit hit, ScoreScale? wanted)
    {
        var (score, scale) = OnScale(hit, wanted);
        return new(hit.Rank, hit.Id, hit.Document.Id, hit.Text, score, scale, hit.ScoredBy)
        {
            FirstStageRank = hit.Stages.LastOrDefault(stage =>
                stage.Stage is not (SearchStages.Light or SearchStages.Rerank or SearchStages.Mixed))?.Rank,
            Location = Location(hit),
            Metadata = hit.Document.Metadata,
            Stages = [.. hit.Stages.Select(stage =>
                new StageAnswer(stage.Stage, stage.Rank, ScaleWords.Finite(stage.Score, stage.ScoreScale), stage.ScoreScale.Name()))],
            OtherPassages = hit.OtherPassages.Count == 0 ? null : [.. hit.OtherPassages.Select(other => ToPassage(other, wanted))],
        };
    }

    private static PassageAnswer ToPassage(SearchHit other, ScoreScale? wanted)
    {
        var (score, scale) = OnScale(other, wanted);
        return new(other.Document.Id, other.Text, score, scale) { Location = Location(other) };
    }

    private static TextSpan? Location(SearchHit hit) =>
        hit.Document.Location is { } location ? new(location.Start, location.Length) : null;

    private static (double Score, string Scale) OnScale(SearchHit hit, ScoreScale? wanted)
    {
        var scale = wanted is { } to && hit.ScoreScale.CanConvertTo(to) ? to : hit.ScoreScale;
        return (ScaleWords.Finite(hit.ScoreScale.Convert(hit.Score, scale), scale), scale.Name());
    }
}
