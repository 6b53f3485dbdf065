namespace Resift.Evaluation;

/// <summary>Corrects for many comparisons: with twenty systems, one differs from the baseline by chance at p = 0.05.</summary>
public static class HolmBonferroni
{
    /// <summary>
    /// Adjusts probabilities by Holm's step-down method (1979), so that one in twenty families of comparisons has a false finding at most.
    /// </summary>
    /// <param name="p">The probabilities of the comparisons.</param>
    /// <returns>
    /// The adjusted ones, in the same order: a comparison is significant at 5 % if its adjusted probability is below 0.05.
    /// </returns>
    /// <exception cref="ArgumentException">One is not from 0 to 1.</exception>
    public static IReadOnlyList<double> Adjust(IReadOnlyList<double> p)
    {
        ArgumentNullException.ThrowIfNull(p);
        foreach (double value in p)
        {
            if (value is not (>= 0 and <= 1))
            {
                throw new ArgumentException($"A probability is {value}; 0 to 1 was expected.", nameof(p));
            }
        }

        double[] adjusted = new double[p.Count];
        double least = 0;
        foreach (var (step, index) in Enumerable.Range(0, p.Count).OrderBy(index => p[index]).Index())
        {
            least = Math.Clamp((p.Count - step) * p[index], least, 1);
            adjusted[index] = least;
        }

        return adjusted.AsReadOnly();
    }
}
