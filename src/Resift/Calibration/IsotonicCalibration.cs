using System.Collections.ObjectModel;

namespace Resift;

/// <summary>
/// Calibration by a curve that only has to rise: linear between given points, and level before the first and behind the last.
/// </summary>
/// <remarks>
/// Zadrozny and Elkan 2002, "Transforming Classifier Scores into Accurate Multiclass Probability Estimates". Fits any shape, and so needs
/// many examples (about a thousand). Different scores may get the same probability; a response keeps the order that the reranker gave
/// them.
/// </remarks>
public sealed class IsotonicCalibration : ScoreCalibration
{
    private readonly double[] _scores;
    private readonly double[] _probabilities;

    /// <summary>Creates a calibration of known points.</summary>
    /// <param name="scores">The logits of the points, each above the one before; at least one.</param>
    /// <param name="probabilities">The probability at each point, in [0, 1], none below the one before.</param>
    /// <exception cref="ArgumentException">The points are not such.</exception>
    public IsotonicCalibration(IReadOnlyList<double> scores, IReadOnlyList<double> probabilities)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(probabilities);
        if (scores.Count != probabilities.Count || scores.Count == 0)
        {
            throw new ArgumentException($"There are {scores.Count} scores and {probabilities.Count} probabilities; one probability for " +
                "each score and at least one of them was expected.", nameof(probabilities));
        }

        for (int i = 0; i < scores.Count; i++)
        {
            if (!double.IsFinite(scores[i]) || (i > 0 && scores[i] <= scores[i - 1]))
            {
                throw new ArgumentException(
                    $"The score {scores[i]} at point {i} is not a finite number above the one before.",
                    nameof(scores));
            }

            if (probabilities[i] is not (>= 0 and <= 1) || (i > 0 && probabilities[i] < probabilities[i - 1]))
            {
                throw new ArgumentException($"The probability {probabilities[i]} at point {i} is not a number from 0 to 1 and at least " +
                    "the one before.", nameof(probabilities));
            }
        }

        _scores = [.. scores];
        _probabilities = [.. probabilities];
        Scores = _scores.AsReadOnly();
        Probabilities = _probabilities.AsReadOnly();
    }

    /// <summary>Gets the logits of the points, ascending.</summary>
    public ReadOnlyCollection<double> Scores { get; }

    /// <summary>Gets the probability at each point.</summary>
    public ReadOnlyCollection<double> Probabilities { get; }

    /// <summary>Finds the rising curve of least squares.</summary>
    /// <param name="examples">Scores with their judgements; some relevant and some not.</param>
    /// <returns>The calibration.</returns>
    /// <exception cref="ArgumentException">There are not both relevant and irrelevant examples, or a score is not finite.</exception>
    public static IsotonicCalibration Fit(IEnumerable<JudgedScore> examples)
    {
        var levels = PooledLevel.Pool(new CalibrationExamples(examples).All);
        var scores = new List<double>();
        var probabilities = new List<double>();
        foreach (var level in levels)
        {
            double probability = (double)level.Relevant / level.Count;
            scores.Add(level.First);
            probabilities.Add(probability);
            if (level.Last > level.First)
            {
                scores.Add(level.Last);
                probabilities.Add(probability);
            }
        }

        return new(scores, probabilities);
    }

    /// <inheritdoc />
    private protected override double Probability(double logit)
    {
        int found = Array.BinarySearch(_scores, logit);
        int next = ~found;
        if (found >= 0 || next == 0 || next == _scores.Length)
        {
            return _probabilities[found >= 0 ? found : next == 0 ? 0 : ^1];
        }

        // Halves, since the difference of two very large numbers may be beyond all numbers; and no rounding beyond the next point.
        double share = ((logit / 2) - (_scores[next - 1] / 2)) / ((_scores[next] / 2) - (_scores[next - 1] / 2));
        double risen = _probabilities[next - 1] + (share * (_probabilities[next] - _probabilities[next - 1]));
        return Math.Min(risen, _probabilities[next]);
    }
}
