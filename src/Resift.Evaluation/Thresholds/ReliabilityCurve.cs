using System.Collections.ObjectModel;

namespace Resift.Evaluation;

/// <summary>How well probabilities agree with judgements: among documents with 70 %, seven of ten should be relevant.</summary>
/// <remarks>It does not change, and may be used from any number of threads.</remarks>
public sealed class ReliabilityCurve
{
    private ReliabilityCurve(ReliabilityBin[] bins, double brierScore)
    {
        (Bins, BrierScore) = (bins.AsReadOnly(), brierScore);
        ExpectedCalibrationError = bins.Sum(bin => bin.Count * bin.Error) / bins.Sum(bin => bin.Count);
    }

    /// <summary>Gets the bins, from low to high probability; those without an example too.</summary>
    public ReadOnlyCollection<ReliabilityBin> Bins { get; }

    /// <summary>
    /// Gets the expected calibration error (Naeini, Cooper and Hauskrecht 2015): by how much a bin's probability and its share of relevant
    /// documents differ, averaged over the examples.
    /// </summary>
    public double ExpectedCalibrationError { get; }

    /// <summary>
    /// Gets the mean squared difference between probability and judgement (Brier 1950): 0 is perfect, 0.25 what 0.5 for all gets.
    /// </summary>
    public double BrierScore { get; }

    /// <summary>Computes the curve of judged probabilities.</summary>
    /// <param name="examples">Probabilities, each with whether its document is relevant.</param>
    /// <param name="bins">Into how many bins of equal width they go; one on an edge goes into the lower.</param>
    /// <returns>The curve.</returns>
    /// <exception cref="ArgumentException">There are no examples, or one is no probability.</exception>
    public static ReliabilityCurve Of(IEnumerable<(double Probability, bool IsRelevant)> examples, int bins = 10)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var sums = new (int Count, double Probability, int Relevant)[bins];
        double squares = 0;
        int count = 0;
        foreach (var (probability, isRelevant) in examples)
        {
            if (probability is not (>= 0 and <= 1))
            {
                throw new ArgumentException(
                    $"An example has {probability}; a probability from 0 to 1 was expected. Calibrate logits first.", nameof(examples));
            }

            int label = isRelevant ? 1 : 0;
            ref var sum = ref sums[BinOf(probability, bins)];
            sum = (sum.Count + 1, sum.Probability + probability, sum.Relevant + label);
            squares += (probability - label) * (probability - label);
            count++;
        }

        return count > 0
            ? new([.. sums.Select((sum, i) => Bin(sum, i, bins))], squares / count)
            : throw new ArgumentException("There are no examples; at least one was expected.", nameof(examples));
    }

    // Where the product is rounded over an edge, the edge itself decides.
    private static int BinOf(double probability, int bins)
    {
        int bin = Math.Clamp((int)Math.Ceiling(probability * bins) - 1, 0, bins - 1);
        return bin > 0 && probability <= (double)bin / bins ? bin - 1
            : bin < bins - 1 && probability > (bin + 1.0) / bins ? bin + 1
            : bin;
    }

    private static ReliabilityBin Bin((int Count, double Probability, int Relevant) sum, int bin, int bins) => new(
        (double)bin / bins,
        (bin + 1.0) / bins,
        sum.Count,
        sum.Count == 0 ? 0 : sum.Probability / sum.Count,
        sum.Count == 0 ? 0 : (double)sum.Relevant / sum.Count);
}

/// <summary>The examples whose probabilities are within a bin.</summary>
/// <param name="Low">The lower edge, which is not in the bin but for 0.</param>
/// <param name="High">The upper edge, which is.</param>
/// <param name="Count">How many examples there are.</param>
/// <param name="MeanProbability">The mean of their probabilities; 0 where there are none.</param>
/// <param name="RelevantShare">Which share of them is relevant; 0 where there are none.</param>
public readonly record struct ReliabilityBin(double Low, double High, int Count, double MeanProbability, double RelevantShare)
{
    /// <summary>Gets by how much probability and share differ.</summary>
    public double Error => Math.Abs(MeanProbability - RelevantShare);
}
