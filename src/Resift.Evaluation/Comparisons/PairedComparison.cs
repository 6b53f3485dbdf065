namespace Resift.Evaluation;

/// <summary>How a system differs from a baseline over the same queries, and how sure that is.</summary>
/// <remarks>
/// Nothing but chance is behind numbers with a seed, so the same values and seed give the same numbers on every machine. Immutable.
/// </remarks>
public sealed record PairedComparison
{
    private const int Resamples = 10_000;

    private PairedComparison(double[] baseline, double[] system, Measure? measure, int seed, int resamples)
    {
        double[] differences = [.. system.Zip(baseline, (mine, other) => mine - other)];
        var moments = new Moments(differences);
        Measure = measure;
        QueryCount = differences.Length;
        (BaselineMean, SystemMean, MeanDifference) = (baseline.Average(), system.Average(), moments.Mean);
        (Wins, Losses) = (differences.Count(difference => difference > 0), differences.Count(difference => difference < 0));
        TTest = PairedTTest.Of(moments);
        Wilcoxon = WilcoxonTest.Of(differences);
        Randomisation = RandomisationTest.Of(differences, seed, resamples);
        Interval = Bootstrap.Interval(differences, seed, resamples);
        EffectSize = moments.Deviation > 0 ? moments.Mean / moments.Deviation : null;
        MinimumDetectableDifference = PairedTTest.MinimumDetectableDifference(moments);
    }

    /// <summary>Gets the measure; null where values were given without one.</summary>
    public Measure? Measure { get; }

    /// <summary>Gets how many queries were compared.</summary>
    public int QueryCount { get; }

    /// <summary>Gets the mean of the baseline.</summary>
    public double BaselineMean { get; }

    /// <summary>Gets the mean of the system.</summary>
    public double SystemMean { get; }

    /// <summary>Gets the mean difference: above 0 where the system has more.</summary>
    public double MeanDifference { get; }

    /// <summary>Gets the 95 % interval of the mean difference by the percentile bootstrap over the queries; null for one query.</summary>
    public ConfidenceInterval? Interval { get; }

    /// <summary>Gets for how many queries the system has more than the baseline.</summary>
    public int Wins { get; }

    /// <summary>Gets for how many queries the system has less than the baseline.</summary>
    public int Losses { get; }

    /// <summary>Gets for how many queries both have the same.</summary>
    public int Ties => QueryCount - Wins - Losses;

    /// <summary>Gets the paired t-test.</summary>
    public PairedTTest TTest { get; }

    /// <summary>Gets the Wilcoxon signed-rank test.</summary>
    public WilcoxonTest Wilcoxon { get; }

    /// <summary>Gets Fisher's randomisation test, by which the <see cref="Verdict"/> goes.</summary>
    public RandomisationTest Randomisation { get; }

    /// <summary>
    /// Gets the mean difference in standard deviations of the differences (Cohen's d_z); null where these are all alike or there is only
    /// one.
    /// </summary>
    public double? EffectSize { get; }

    /// <summary>
    /// Gets the true mean difference that so many queries, with differences that vary as these do, show in 80 of 100 evaluations, by a
    /// two-sided t-test at 5 %; null for one query.
    /// </summary>
    public double? MinimumDetectableDifference { get; }

    /// <summary>Compares the values of a measure for two runs, over all judged queries.</summary>
    /// <param name="baseline">The values of the baseline.</param>
    /// <param name="system">The values of the system.</param>
    /// <param name="seed">What the randomisation and the bootstrap start from.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="ArgumentException">The measures or the queries are not the same.</exception>
    public static PairedComparison Of(MeasureResult baseline, MeasureResult system, int seed)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(system);
        if (baseline.Measure != system.Measure)
        {
            throw new ArgumentException(
                $"The baseline is measured by {baseline.Measure} and the system by {system.Measure}; the same measure was expected.",
                nameof(system));
        }

        if (baseline.ByQuery.Count != system.ByQuery.Count || baseline.ByQuery.Keys.Any(queryId => !system.ByQuery.ContainsKey(queryId)))
        {
            throw new ArgumentException("The baseline and the system are not measured over the same queries; evaluate both with the " +
                "same judgements.", nameof(system));
        }

        double[] values = [.. baseline.ByQuery.Keys.Select(queryId => system.ByQuery[queryId])];
        return new([.. baseline.ByQuery.Values], values, baseline.Measure, seed, Resamples);
    }

    /// <summary>Compares values that belong together by their places.</summary>
    /// <param name="baseline">The value of each query for the baseline.</param>
    /// <param name="system">The value of each query for the system, in the same order.</param>
    /// <param name="seed">What the randomisation and the bootstrap start from.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="ArgumentException">There are no values, or not as many of both, or one is not a finite number.</exception>
    public static PairedComparison Of(IReadOnlyList<double> baseline, IReadOnlyList<double> system, int seed) =>
        Of(baseline, system, seed, Resamples);

    /// <summary>Compares values with so many draws for the randomisation and the bootstrap.</summary>
    internal static PairedComparison Of(IReadOnlyList<double> baseline, IReadOnlyList<double> system, int seed, int resamples)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(system);
        if (baseline.Count != system.Count || baseline.Count == 0)
        {
            throw new ArgumentException($"There are {baseline.Count} values of the baseline and {system.Count} of the system; as many of " +
                "both and at least one were expected.", nameof(system));
        }

        if (baseline.Concat(system).FirstOrDefault(value => !double.IsFinite(value)) is var wrong && !double.IsFinite(wrong))
        {
            throw new ArgumentException($"A value is {wrong}; finite numbers were expected.", nameof(system));
        }

        return new([.. baseline], [.. system], null, seed, resamples);
    }
}

/// <summary>An interval that holds the true value in 95 of 100 evaluations.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct ConfidenceInterval(double Low, double High);

/// <summary>Count, mean and sample standard deviation of differences.</summary>
internal readonly record struct Moments(int Count, double Mean, double Deviation)
{
    public Moments(double[] values)
        : this(values.Length, values.Average(), 0)
    {
        double mean = Mean;

        // Equal numbers can have a mean that is not quite one of them.
        bool isConstant = values.AsSpan().IndexOfAnyExcept(values[0]) < 0;
        Deviation = values.Length < 2 || isConstant
            ? 0
            : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }

    public double StandardError => Deviation / Math.Sqrt(Count);
}
