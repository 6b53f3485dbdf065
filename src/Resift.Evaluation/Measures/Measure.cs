using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Resift.Evaluation;

/// <summary>A measure of how well a ranking meets judgements, with its cut-off and parameters, such as <c>nDCG@10</c>.</summary>
/// <remarks>
/// Written as the Python library ir_measures writes it, and computed as trec_eval does: grades below 1 gain nothing, a document without
/// judgement is not relevant, and a query that the run does not have counts 0. Immutable, and equal to every measure of the same text.
/// </remarks>
public sealed record Measure
{
    internal const double UsualPersistence = 0.8;

    internal Measure(MeasureFamily family, int? cutoff, int relevantFrom = 1)
    {
        if (cutoff is { } depth)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1, nameof(cutoff));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(relevantFrom, 1);
        (Family, Cutoff, RelevantFrom) = (family, cutoff, relevantFrom);
    }

    /// <summary>Gets how many of the best documents count; null if all do.</summary>
    public int? Cutoff { get; }

    /// <summary>Gets the lowest grade that is relevant; measures of gain have no use for it.</summary>
    public int RelevantFrom { get; }

    internal MeasureFamily Family { get; }

    internal bool HasExponentialGain { get; private init; }

    internal double Persistence { get; private init; } = UsualPersistence;

    /// <summary>
    /// Creates nDCG with the grade as gain and log2(rank + 1) as discount (Järvelin and Kekäläinen 2002), as trec_eval has it.
    /// </summary>
    /// <param name="cutoff">How many of the best documents count; null for all.</param>
    /// <returns>The measure, <c>nDCG@10</c> for 10.</returns>
    public static Measure Ndcg(int? cutoff = null) => new(MeasureFamily.Ndcg, cutoff);

    /// <summary>Creates nDCG with the gain 2^grade − 1 (Burges et al. 2005), which is another number for grades above 1.</summary>
    /// <param name="cutoff">How many of the best documents count; null for all.</param>
    /// <returns>The measure, <c>nDCG(dcg='exp-log2')@10</c> for 10.</returns>
    public static Measure ExponentialNdcg(int? cutoff = null) => new(MeasureFamily.Ndcg, cutoff) { HasExponentialGain = true };

    /// <summary>Creates average precision, whose mean over the queries is MAP.</summary>
    /// <param name="cutoff">How many of the best documents count; null for all.</param>
    /// <param name="relevantFrom">The lowest grade that is relevant.</param>
    /// <returns>The measure, <c>AP@100</c> for 100.</returns>
    public static Measure AveragePrecision(int? cutoff = null, int relevantFrom = 1) =>
        new(MeasureFamily.AveragePrecision, cutoff, relevantFrom);

    /// <summary>Creates reciprocal rank: 1 / rank of the first relevant document, whose mean over the queries is MRR.</summary>
    /// <param name="cutoff">How many of the best documents count; null for all.</param>
    /// <param name="relevantFrom">The lowest grade that is relevant.</param>
    /// <returns>The measure, <c>RR@10</c> for 10.</returns>
    public static Measure ReciprocalRank(int? cutoff = null, int relevantFrom = 1) =>
        new(MeasureFamily.ReciprocalRank, cutoff, relevantFrom);

    /// <summary>Creates recall: the share of the relevant documents that are among the best.</summary>
    /// <param name="cutoff">How many of the best documents count.</param>
    /// <param name="relevantFrom">The lowest grade that is relevant.</param>
    /// <returns>The measure, <c>R@100</c> for 100.</returns>
    public static Measure Recall(int cutoff, int relevantFrom = 1) => new(MeasureFamily.Recall, cutoff, relevantFrom);

    /// <summary>Creates precision: the share of relevant ones among the best documents; having found fewer does not raise it.</summary>
    /// <param name="cutoff">How many of the best documents count.</param>
    /// <param name="relevantFrom">The lowest grade that is relevant.</param>
    /// <returns>The measure, <c>P@10</c> for 10.</returns>
    public static Measure Precision(int cutoff, int relevantFrom = 1) => new(MeasureFamily.Precision, cutoff, relevantFrom);

    /// <summary>Creates success: 1 where any of the best documents is relevant, and otherwise 0.</summary>
    /// <param name="cutoff">How many of the best documents count.</param>
    /// <param name="relevantFrom">The lowest grade that is relevant.</param>
    /// <returns>The measure, <c>Success@5</c> for 5.</returns>
    public static Measure Success(int cutoff, int relevantFrom = 1) => new(MeasureFamily.Success, cutoff, relevantFrom);

    /// <summary>Creates R-precision: precision at as many documents as are relevant.</summary>
    /// <param name="relevantFrom">The lowest grade that is relevant.</param>
    /// <returns>The measure, <c>Rprec</c>.</returns>
    public static Measure RPrecision(int relevantFrom = 1) => new(MeasureFamily.RPrecision, null, relevantFrom);

    /// <summary>
    /// Creates bpref (Buckley and Voorhees 2004), which looks at judged documents only; negative grades count as unjudged.
    /// </summary>
    /// <param name="relevantFrom">The lowest grade that is relevant.</param>
    /// <returns>The measure, <c>Bpref</c>.</returns>
    public static Measure Bpref(int relevantFrom = 1) => new(MeasureFamily.Bpref, null, relevantFrom);

    /// <summary>Creates expected reciprocal rank (Chapelle et al. 2009) with 4 as the highest grade; grades above it count as 4.</summary>
    /// <param name="cutoff">How many of the best documents count; null for all.</param>
    /// <returns>The measure, <c>ERR@20</c> for 20.</returns>
    public static Measure ExpectedReciprocalRank(int? cutoff = null) => new(MeasureFamily.ExpectedReciprocalRank, cutoff);

    /// <summary>Creates rank-biased precision (Moffat and Zobel 2008) over relevant or not.</summary>
    /// <param name="persistence">With which probability a reader goes on to the next document, between 0 and 1.</param>
    /// <param name="cutoff">How many of the best documents count; null for all.</param>
    /// <param name="relevantFrom">The lowest grade that is relevant.</param>
    /// <returns>The measure, <c>RBP(rel=1)</c> as it is by default.</returns>
    public static Measure RankBiasedPrecision(double persistence = UsualPersistence, int? cutoff = null, int relevantFrom = 1) =>
        persistence is > 0 and < 1
            ? new(MeasureFamily.RankBiasedPrecision, cutoff, relevantFrom) { Persistence = persistence }
            : throw new ArgumentOutOfRangeException(
                nameof(persistence), persistence, "A probability above 0 and below 1 was expected.");

    /// <summary>
    /// Creates judged@k: the share of judged ones among the best documents, or among all that were found where these are fewer.
    /// </summary>
    /// <param name="cutoff">How many of the best documents count.</param>
    /// <returns>The measure, <c>Judged@10</c> for 10.</returns>
    /// <remarks>Where it is low, other measures say little: what was not judged counts as not relevant.</remarks>
    public static Measure Judged(int cutoff) => new(MeasureFamily.Judged, cutoff);

    /// <summary>Creates precision of the whole set: the share of relevant ones among all documents that were found.</summary>
    /// <param name="relevantFrom">The lowest grade that is relevant.</param>
    /// <returns>The measure, <c>SetP</c>.</returns>
    public static Measure SetPrecision(int relevantFrom = 1) => new(MeasureFamily.SetPrecision, null, relevantFrom);

    /// <summary>Creates recall of the whole set: the share of the relevant documents that were found at all.</summary>
    /// <param name="relevantFrom">The lowest grade that is relevant.</param>
    /// <returns>The measure, <c>SetR</c>.</returns>
    public static Measure SetRecall(int relevantFrom = 1) => new(MeasureFamily.SetRecall, null, relevantFrom);

    /// <summary>Reads a measure in the notation of ir_measures.</summary>
    /// <param name="text">
    /// A name with parameters and cut-off where it has them, such as <c>nDCG@10</c>, <c>AP(rel=2)@100</c> or
    /// <c>nDCG(dcg='exp-log2')@10</c>; case and spaces do not matter.
    /// </param>
    /// <returns>The measure.</returns>
    /// <exception cref="FormatException">The text names no measure; the message says what is wrong with it.</exception>
    public static Measure Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return MeasureNotation.TryRead(text, out var measure, out string? error) ? measure : throw new FormatException(error);
    }

    /// <summary>Reads a measure in the notation of ir_measures, where the text may be none.</summary>
    /// <param name="text">The text, as for <see cref="Parse"/>.</param>
    /// <param name="measure">The measure, or null.</param>
    /// <returns>Whether the text names a measure.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Measure? measure)
    {
        measure = null;
        return text is not null && MeasureNotation.TryRead(text, out measure, out _);
    }

    /// <summary>Evaluates a run by this measure.</summary>
    /// <param name="qrels">The judgements.</param>
    /// <param name="run">The run.</param>
    /// <returns>The value of each judged query, and their mean.</returns>
    /// <exception cref="ArgumentException">The run has no judged query.</exception>
    /// <remarks>Several measures of one run take one pass with an <see cref="Evaluator"/>.</remarks>
    public MeasureResult Evaluate(Qrels qrels, Run run) => new Evaluator(qrels, [this]).Evaluate(run)[0];

    /// <summary>Evaluates the ranking of one query by this measure.</summary>
    /// <param name="grades">The grades of the documents that were judged for the query.</param>
    /// <param name="documents">The documents that were found, in any order: they are ranked by score, equal ones by id.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">A document is there twice.</exception>
    public double Evaluate(IReadOnlyDictionary<string, int> grades, IEnumerable<ScoredDocument> documents)
    {
        ArgumentNullException.ThrowIfNull(grades);
        ArgumentNullException.ThrowIfNull(documents);
        ScoredDocument[] ranking = [.. documents];
        if (ranking.CountBy(document => document.Id).FirstOrDefault(id => id.Value > 1) is { Key: { } repeated })
        {
            throw new ArgumentException($"Document '{repeated}' is there twice.", nameof(documents));
        }

        Array.Sort(ranking, new TrecOrder(ScorePrecision.Bits64));
        return Family.Formula(this, new(ranking, grades, RankedGrades.Descending(grades)));
    }

    /// <summary>Returns the measure in the notation of ir_measures, which <see cref="Parse"/> reads.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        var parameters = new List<string>();
        if (HasExponentialGain)
        {
            parameters.Add("dcg='exp-log2'");
        }

        if (Persistence != UsualPersistence)
        {
            parameters.Add(string.Create(CultureInfo.InvariantCulture, $"p={Persistence}"));
        }

        if (RelevantFrom != 1 || Family.AlwaysStatesRelevance)
        {
            parameters.Add(string.Create(CultureInfo.InvariantCulture, $"rel={RelevantFrom}"));
        }

        string list = parameters is [] ? "" : $"({string.Join(',', parameters)})";
        return string.Create(CultureInfo.InvariantCulture, $"{Family.Name}{list}{(Cutoff is null ? "" : "@")}{Cutoff}");
    }
}
