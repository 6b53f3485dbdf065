namespace Resift.Retrieval;

/// <summary>Scores with a mean of 0 and a population deviation of 1, so that scores of different kinds can be added.</summary>
internal static class ZScores
{
    /// <summary>Subtracts the mean and divides by the standard deviation; equal scores become 0.</summary>
    /// <param name="scores">The scores; finite.</param>
    public static double[] Normalize(IReadOnlyList<double> scores)
    {
        double mean = scores.DefaultIfEmpty(0).Average();
        double deviation = Math.Sqrt(scores.Select(score => (score - mean) * (score - mean)).DefaultIfEmpty(0).Average());

        // Equal scores are compared as they are, since rounding may leave their deviation a little above 0.
        bool flat = scores.Distinct().Count() < 2 || deviation == 0 || !double.IsFinite(deviation);
        return [.. scores.Select(score => flat ? 0 : (score - mean) / deviation)];
    }
}
