namespace Resift.Local.Models;

/// <summary>
/// The buckets of T5 (Raffel et al. 2019) for the distance of two tokens: one for each small distance, and then ever wider ones. Half of
/// them are for keys before the query or at it, the other half for keys behind it.
/// </summary>
internal static class DistanceBuckets
{
    /// <summary>Gets the bucket of a distance.</summary>
    /// <param name="distance">The key's position less the query's.</param>
    /// <param name="buckets">How many there are, at least 4.</param>
    /// <param name="maxDistance">The distance from which on all is one bucket.</param>
    public static int Of(int distance, int buckets, int maxDistance)
    {
        int half = buckets / 2, exact = half / 2;
        int first = distance > 0 ? half : 0;
        int length = Math.Abs(distance);

        // In single precision as the reference, which rounds the divisor last; its rounding decides where a power of two falls.
        return first + (length < exact ? length : Math.Min(
            half - 1, exact + (int)(MathF.Log((float)length / exact) / (float)Math.Log((double)maxDistance / exact) * (half - exact))));
    }
}
