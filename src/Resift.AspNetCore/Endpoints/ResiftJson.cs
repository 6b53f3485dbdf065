using System.Text.Json.Serialization;

namespace Resift.AspNetCore;

/// <summary>The answer of <c>/resift/rerank</c>: a ranking of the documents for each query, in the order of the queries.</summary>
internal sealed record RankingsAnswer(string Id, string Model, IReadOnlyList<Ranking> Rankings, RankingUsage Usage, double Milliseconds);

/// <summary>The documents as one query has them.</summary>
/// <param name="Query">The query.</param>
/// <param name="Scale">The scale of the scores.</param>
/// <param name="Results">The documents, best first.</param>
/// <param name="Truncated">The documents that were not read to their end.</param>
/// <param name="Milliseconds">How long it took.</param>
internal sealed record Ranking(
    string Query, string Scale, IReadOnlyList<RankedDocument> Results, IReadOnlyList<CutDocument> Truncated, double Milliseconds)
{
    /// <summary>Gets how many tokens of the query were not read; null where all were.</summary>
    public int? QueryTokensCut { get; init; }

    /// <summary>Gets a value indicating whether the lowest score was applied; null where none was asked for.</summary>
    public bool? MinScoreApplied { get; init; }

    /// <summary>Gets a value indicating whether a fallback answered, or not everything was scored; null where not.</summary>
    public bool? Degraded { get; init; }
}

/// <summary>A document in its place.</summary>
internal sealed record RankedDocument(int Rank, int Index, double Score)
{
    public string? Id { get; init; }

    public string? Text { get; init; }

    /// <summary>Gets a value indicating whether nothing scored it; null where something did.</summary>
    public bool? Unscored { get; init; }

    /// <summary>Gets the part of the document that has the score, where it was read in parts.</summary>
    public TextSpan? Window { get; init; }
}

/// <summary>A part of a text, in UTF-16 code units.</summary>
internal sealed record TextSpan(int Start, int Length);

/// <summary>A document that was not read to its end.</summary>
internal sealed record CutDocument(int Index, int TokensCut)
{
    public string? Id { get; init; }
}

/// <summary>What reranking consumed.</summary>
internal sealed record RankingUsage(int Pairs, long Tokens)
{
    /// <summary>Gets a value indicating whether the tokens are an estimate; null where they were counted.</summary>
    public bool? TokensAreEstimated { get; init; }

    public int? CachedDocuments { get; init; }

    public double? SearchUnits { get; init; }

    public decimal? CostInDollars { get; init; }

    /// <summary>Creates the usage of an answer.</summary>
    /// <param name="usage">What the reranker says; null where it says nothing.</param>
    /// <param name="pairs">How many pairs there are.</param>
    /// <param name="estimate">How many tokens they have, by estimate.</param>
    public static RankingUsage From(RerankUsage? usage, int pairs, long estimate) =>
        new(usage?.Pairs ?? pairs, usage?.InputTokens ?? estimate)
        {
            TokensAreEstimated = usage?.InputTokens is null ? true : null,
            CachedDocuments = usage?.CachedDocuments is > 0 and var cached ? cached : null,
            SearchUnits = usage?.SearchUnits,
            CostInDollars = usage?.EstimatedCost,
        };
}

/// <summary>The answer of <c>/resift/search</c>.</summary>
internal sealed record SearchAnswer(string Id, string Index, string Tier, string Scale, IReadOnlyList<HitAnswer> Hits)
{
    /// <summary>Gets the model that reranked; null where none did.</summary>
    public string? Model { get; init; }

    public int Candidates { get; init; }

    public int Reranked { get; init; }

    /// <summary>Gets how many passages were not read to their end; null where all were.</summary>
    public int? TruncatedPassages { get; init; }

    public int? QueryTokensCut { get; init; }

    public bool? MinScoreApplied { get; init; }

    public bool? Degraded { get; init; }

    public RankingUsage? Usage { get; init; }

    /// <summary>Gets how long each stage took, and <c>total</c>.</summary>
    public required IReadOnlyDictionary<string, double> Milliseconds { get; init; }
}

/// <summary>A passage that was found, with all that is known of its place.</summary>
internal sealed record HitAnswer(int Rank, string DocumentId, string PassageId, string Text, double Score, string Scale, string ScoredBy)
{
    /// <summary>Gets its place in the first stage's list; null where that does not say.</summary>
    public int? FirstStageRank { get; init; }

    public TextSpan? Location { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    public required IReadOnlyList<StageAnswer> Stages { get; init; }

    /// <summary>Gets the other passages of the same document that were found; null where there are none.</summary>
    public IReadOnlyList<PassageAnswer>? OtherPassages { get; init; }
}

internal sealed record StageAnswer(string Stage, int Rank, double Score, string Scale);

internal sealed record PassageAnswer(string PassageId, string Text, double Score, string Scale)
{
    public TextSpan? Location { get; init; }
}

/// <summary>What a client of our own paths can ask for.</summary>
internal sealed record ServerAbilities(IReadOnlyList<string> Rerankers, IReadOnlyList<string> Indexes, int MaxDocuments);

/// <summary>Writes our own answers without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RankingsAnswer))]
[JsonSerializable(typeof(SearchAnswer))]
[JsonSerializable(typeof(ServerAbilities))]
internal sealed partial class ResiftJson : JsonSerializerContext;
