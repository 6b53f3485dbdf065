namespace Resift;

/// <summary>Brings vectors to length 1, so that a dot product is a cosine. Resift.Retrieval compiles this file as well.</summary>
internal static class UnitVector
{
    /// <summary>Creates the vector of the same direction and of length 1.</summary>
    /// <param name="vector">The vector; any length.</param>
    /// <returns>The vector; a zero vector for a zero vector, and null if an element is not a finite number.</returns>
    public static float[]? Create(ReadOnlySpan<float> vector)
    {
        // In double, where the square of no float is too large or too small.
        double squares = 0;
        foreach (float element in vector)
        {
            squares += (double)element * element;
        }

        if (!double.IsFinite(squares))
        {
            return null;
        }

        float[] unit = new float[vector.Length];
        double length = Math.Sqrt(squares);
        for (int i = 0; i < unit.Length && length > 0; i++)
        {
            unit[i] = (float)(vector[i] / length);
        }

        return unit;
    }
}
