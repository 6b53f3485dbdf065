using System.Text.Json.Serialization;

namespace Resift.Cli;

/// <summary>All that an evaluation found: what the terminal, the page, the tables and the tests of a CI job are written from.</summary>
internal sealed record EvaluationReport
{
    /// <summary>Gets the version of this form.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Gets the measure that everything is decided by.</summary>
    public required string Measure { get; init; }

    /// <summary>Gets the command line that made it.</summary>
    public string Command { get; init; } = "";

    /// <summary>Gets the seed that queries were drawn by.</summary>
    public int Seed { get; init; }

    public required IReadOnlyList<SetReport> Sets { get; init; }
}

/// <summary>One set of judged queries.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Queries">How many queries were evaluated.</param>
/// <param name="Judged">How many are judged.</param>
/// <param name="Stages">The first stages, each with what reranks it.</param>
internal sealed record SetReport(string Name, int Queries, int Judged, IReadOnlyList<StageReport> Stages)
{
    /// <summary>Gets what a language model judged; null where only people did.</summary>
    public JudgeReport? Judge { get; init; }

    /// <summary>Gets how much reranking changes, where nobody judged, so that there are no <see cref="Stages"/>.</summary>
    public IReadOnlyList<AgreementReport> Agreements { get; init; } = [];
}

/// <summary>How much a reranked order agrees with the first stage's, which says nothing about which is better.</summary>
/// <param name="FirstStage">The first stage.</param>
/// <param name="System">The system.</param>
/// <param name="Overlap">The mean share of common documents among the ten best.</param>
/// <param name="RankBiasedOverlap">The mean rank-biased overlap: 1 for the same order, 0 for disjoint ones.</param>
/// <param name="KendallTau">The mean of Kendall's τ: 1 for the same order, −1 for the reverse; null where there is none.</param>
internal sealed record AgreementReport(
    string FirstStage, string System, double Overlap, double RankBiasedOverlap, double? KendallTau);

/// <summary>What a language model judged.</summary>
/// <param name="Judged">How many pairs count by its grade.</param>
/// <param name="Asked">How many pairs it was asked about this time.</param>
/// <param name="Unreadable">How many of its answers had no grade.</param>
/// <param name="Tokens">The tokens that this took; null if unknown.</param>
/// <param name="Compared">How many pairs people had judged too.</param>
/// <param name="Kappa">Cohen's kappa of these, whether a document answers; null where there are none.</param>
internal sealed record JudgeReport(int Judged, int Asked, int Unreadable, long? Tokens, int Compared, double? Kappa);

/// <summary>One first stage.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Ceiling">What any reranker can reach, by depth.</param>
/// <param name="Base">The first stage alone.</param>
/// <param name="Systems">The first stage with each reranker.</param>
internal sealed record StageReport(
    string Name, IReadOnlyList<CeilingPoint> Ceiling, SystemReport Base, IReadOnlyList<SystemReport> Systems)
{
    /// <summary>Gets the first stage and what reranks it.</summary>
    [JsonIgnore]
    public IEnumerable<SystemReport> All => [Base, .. Systems];
}

/// <summary>What the candidates down to a depth allow.</summary>
/// <param name="Depth">How many candidates.</param>
/// <param name="Recall">The share of the relevant documents that is among them.</param>
/// <param name="Best">The measure of the best order of them.</param>
internal sealed record CeilingPoint(int Depth, double Recall, double Best);

/// <summary>A ranking of all queries, and what it gave and took.</summary>
internal sealed record SystemReport
{
    public required string Name { get; init; }

    /// <summary>Gets the model that reranks; null where none does.</summary>
    public string? Model { get; init; }

    /// <summary>Gets how many candidates are reranked; null where none are.</summary>
    public int? Depth { get; init; }

    /// <summary>Gets the share of the first stage in the order; null where nothing is reranked.</summary>
    public double? FirstStageWeight { get; init; }

    /// <summary>Gets the means, that of the deciding measure first.</summary>
    public required IReadOnlyList<QualityReport> Quality { get; init; }

    /// <summary>Gets what reranking changed; null for the first stage.</summary>
    public ComparisonReport? Comparison { get; init; }

    public required EffortReport Effort { get; init; }

    /// <summary>Gets a value indicating whether nothing is both better and faster.</summary>
    public bool IsPareto { get; init; }

    /// <summary>Gets quality and effort by depth; empty for the first stage.</summary>
    public IReadOnlyList<CurvePoint> Curve { get; init; } = [];

    /// <summary>Gets the deciding measure of each query.</summary>
    public required IReadOnlyList<QueryReport> Queries { get; init; }

    /// <summary>Gets the queries that reranking helped or hurt most.</summary>
    public IReadOnlyList<MovementReport> Movements { get; init; } = [];

    /// <summary>Gets what scores mean; null where they have no size that can be compared.</summary>
    public ThresholdReport? Thresholds { get; init; }

    /// <summary>Gets what has to be known before anything is concluded.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Gets the mean of the deciding measure.</summary>
    [JsonIgnore]
    public double Mean => Quality[0].Mean;
}

/// <summary>The mean of a measure.</summary>
/// <param name="Measure">The measure.</param>
/// <param name="Mean">The mean over all judged queries.</param>
/// <param name="Low">The lower end of its 95 % interval.</param>
/// <param name="High">The upper end.</param>
internal sealed record QualityReport(string Measure, double Mean, double Low, double High);

/// <summary>The difference to the first stage.</summary>
/// <param name="Verdict">What is shown: <c>helps</c>, <c>hurts</c> or <c>no difference shown</c>.</param>
/// <param name="Words">The verdict with its uncertainty, as a sentence.</param>
/// <param name="Difference">The difference of the means.</param>
/// <param name="Low">The lower end of its 95 % interval.</param>
/// <param name="High">The upper end.</param>
/// <param name="PValue">The probability of such a difference by chance.</param>
/// <param name="Helped">How many queries got better.</param>
/// <param name="Hurt">How many got worse.</param>
/// <param name="Detectable">The smallest difference that so many queries would show; null if unknown.</param>
internal sealed record ComparisonReport(
    string Verdict, string Words, double Difference, double Low, double High, double PValue, int Helped, int Hurt, double? Detectable);

/// <summary>What rankings took on the machine that made them.</summary>
internal sealed record EffortReport
{
    /// <summary>Gets the median time of a query; null where nobody measured it.</summary>
    public double? MedianMilliseconds { get; init; }

    /// <summary>Gets the time that 95 % of the queries keep to.</summary>
    public double? SlowMilliseconds { get; init; }

    /// <summary>Gets how many pairs were scored in a second; null where none were.</summary>
    public double? PairsPerSecond { get; init; }

    public long Pairs { get; init; }

    /// <summary>Gets the tokens that were read; null if unknown.</summary>
    public double? Tokens { get; init; }

    /// <summary>Gets US dollars for a thousand queries; null if unknown, 0 on a machine of one's own.</summary>
    public double? CostPerThousand { get; init; }
}

/// <summary>Quality and effort of one depth.</summary>
internal sealed record CurvePoint(int Depth, double Mean, double? MedianMilliseconds);

/// <summary>A query's value of the deciding measure.</summary>
internal sealed record QueryReport(string Id, double Value);

/// <summary>A query that reranking changed.</summary>
/// <param name="QueryId">Its id.</param>
/// <param name="Query">Its text; null where texts are left out.</param>
/// <param name="Before">The measure of the first stage.</param>
/// <param name="After">The measure after reranking.</param>
/// <param name="Why">What happened, as a sentence.</param>
/// <param name="Documents">The documents that moved.</param>
internal sealed record MovementReport(
    string QueryId, string? Query, double Before, double After, string Why, IReadOnlyList<MovedDocument> Documents)
{
    [JsonIgnore]
    public double Difference => After - Before;
}

/// <summary>A document that moved.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Grade">Its grade; null if nobody judged it.</param>
/// <param name="From">Its rank in the first stage.</param>
/// <param name="To">Its rank after reranking.</param>
/// <param name="Text">The beginning of its text; null where texts are left out.</param>
internal sealed record MovedDocument(string Id, int? Grade, int From, int To, string? Text);

/// <summary>What the scores of a reranker say about relevance.</summary>
internal sealed record ThresholdReport
{
    /// <summary>Gets the scale of the scores.</summary>
    public required string Scale { get; init; }

    public int Relevant { get; init; }

    public int Others { get; init; }

    /// <summary>Gets how scores are distributed.</summary>
    public required IReadOnlyList<ScoreBin> Distribution { get; init; }

    /// <summary>Gets precision and recall by threshold.</summary>
    public required IReadOnlyList<ThresholdValue> Points { get; init; }

    /// <summary>Gets the precision that was wanted.</summary>
    public double WantedPrecision { get; init; }

    /// <summary>Gets the lowest threshold that has the wanted precision; null if none has.</summary>
    public ThresholdValue? Recommended { get; init; }

    /// <summary>Gets how far probabilities are from the truth, as they come and calibrated; empty where they are none.</summary>
    public IReadOnlyList<CalibrationReport> Calibrations { get; init; } = [];
}

/// <summary>How many scores lie in an interval.</summary>
internal sealed record ScoreBin(double Low, double High, int Relevant, int Others);

/// <summary>What a threshold keeps.</summary>
internal sealed record ThresholdValue(double Threshold, double Precision, double Recall);

/// <summary>How far probabilities are from the truth.</summary>
/// <param name="Name">How they came about: <c>as they come</c>, <c>platt</c> or <c>isotonic</c>.</param>
/// <param name="Error">The expected calibration error.</param>
/// <param name="Bins">The bins of the curve.</param>
internal sealed record CalibrationReport(string Name, double Error, IReadOnlyList<CalibrationBin> Bins);

/// <summary>The scores of one interval: what they say on average, and how many are relevant.</summary>
internal sealed record CalibrationBin(double Predicted, double Observed, int Count);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(EvaluationReport))]
internal sealed partial class EvaluationJsonContext : JsonSerializerContext;
