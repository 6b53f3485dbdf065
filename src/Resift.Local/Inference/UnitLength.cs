namespace Resift.Local.Inference;

/// <summary>Scales vectors to the length 1.</summary>
internal static class UnitLength
{
    public static void Scale(Span<float> vector)
    {
        double squares = 0;
        foreach (float value in vector)
        {
            squares += (double)value * value;
        }

        // As in sentence-transformers (torch.nn.functional.normalize): a zero vector stays zero.
        float length = (float)Math.Max(Math.Sqrt(squares), 1e-12);
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] /= length;
        }
    }
}
