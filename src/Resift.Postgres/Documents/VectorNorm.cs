namespace Resift.Postgres;

/// <summary>How long a vector is.</summary>
internal static class VectorNorm
{
    /// <summary>Gets the norm, in double precision: squares of large numbers do not fit into a single one.</summary>
    public static double Of(ReadOnlySpan<float> vector)
    {
        double sum = 0;
        foreach (float value in vector)
        {
            sum += (double)value * value;
        }

        return Math.Sqrt(sum);
    }
}
