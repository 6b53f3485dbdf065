using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>An evaluation as the command line describes it.</summary>
internal sealed record EvaluationPlan
{
    public const int DefaultQueries = 100;

    public const double DefaultPrecision = 0.8;

    public static IReadOnlyList<int> DefaultDepths { get; } = [10, 20, 50, 100, 200];

    public static IReadOnlyList<string> DefaultMeasures { get; } = ["nDCG@10", "RR@10", "R@10"];

    /// <summary>Gets the command line, which reports say that they were made by.</summary>
    public string Command { get; init; } = "";

    /// <summary>Gets the folders of BEIR; none where an index file is evaluated.</summary>
    public required IReadOnlyList<string> Folders { get; init; }

    /// <summary>Gets the split of the judgements in these folders.</summary>
    public string Split { get; init; } = "test";

    /// <summary>Gets the TREC run whose candidates are reranked; null to search.</summary>
    public string? Run { get; init; }

    /// <summary>Gets the file of judged queries for an index file; null for folders.</summary>
    public string? Judged { get; init; }

    /// <summary>Gets how candidates are found.</summary>
    public IReadOnlyList<RetrieverKind> Retrievers { get; init; } = [RetrieverKind.Lexical];

    public required IReadOnlyList<EvaluatedSystem> Systems { get; init; }

    /// <summary>Gets the measures, the deciding one first.</summary>
    public IReadOnlyList<string> Measures { get; init; } = DefaultMeasures;

    /// <summary>Gets the depths of the curve, ascending.</summary>
    public IReadOnlyList<int> Depths { get; init; } = DefaultDepths;

    /// <summary>
    /// Gets a value indicating whether the curve is drawn of hosted rerankers too, which are paid for what lies deeper than they read.
    /// </summary>
    public bool PaysForCurve { get; init; }

    /// <summary>Gets how many queries of a set are evaluated at most; null for all.</summary>
    public int? MaxQueries { get; init; } = DefaultQueries;

    public int Seed { get; init; } = 1;

    /// <summary>Gets what hosted rerankers may cost in US dollars; null for any amount.</summary>
    public decimal? MaxCost { get; init; }

    /// <summary>Gets the precision that a threshold is recommended for.</summary>
    public double WantedPrecision { get; init; } = DefaultPrecision;

    /// <summary>Gets a value indicating whether reports have the texts of queries and documents.</summary>
    public bool ShowsTexts { get; init; } = true;

    /// <summary>Gets how many candidates are found for a query: at least as many as a search finds, since fusion goes by it.</summary>
    public int Candidates => Math.Max(
        new RetrievalOptions().Candidates, Math.Max(Depths[^1], Systems.Select(system => system.Depth).DefaultIfEmpty().Max()));
}

/// <summary>A reranker as it is evaluated.</summary>
/// <param name="Name">What it is called in reports.</param>
/// <param name="Choice">Who it is.</param>
/// <param name="Depth">How many candidates it reads.</param>
/// <param name="FirstStageWeight">The share of the first stage in the order.</param>
internal sealed record EvaluatedSystem(string Name, RerankerChoice Choice, int Depth, double FirstStageWeight);
