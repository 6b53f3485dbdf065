namespace Resift.Benchmarks;

/// <summary>How far engines are apart on the same pairs: the check that they all compute the same model.</summary>
internal static class ScoreAgreement
{
    /// <summary>The largest difference between two engines' logits of one pair that passes.</summary>
    public const double Tolerance = 1e-3;

    /// <summary>Gives the largest difference between any two engines on any pair; infinite if a score is not a number.</summary>
    /// <param name="scores">The scores of each engine, by pair.</param>
    public static double LargestDifference(params IReadOnlyList<float[]> scores)
    {
        double largest = 0;
        for (int pair = 0; pair < scores[0].Length; pair++)
        {
            double lowest = double.PositiveInfinity;
            double highest = double.NegativeInfinity;
            foreach (float[] engine in scores)
            {
                double score = float.IsFinite(engine[pair]) ? engine[pair] : double.PositiveInfinity;
                lowest = Math.Min(lowest, score);
                highest = Math.Max(highest, score);
            }

            largest = double.IsFinite(highest) ? Math.Max(largest, highest - lowest) : double.PositiveInfinity;
            if (double.IsInfinity(largest))
            {
                return largest;
            }
        }

        return largest;
    }
}
