namespace Resift.Local.Inference;

/// <summary>The cosines and sines by which the pairs of a head are rotated at each position (Su et al. 2021).</summary>
internal sealed unsafe class RotaryTable : IDisposable
{
    private readonly NativeBuffer _values;

    /// <summary>Tabulates the angles position / base^(2i/size).</summary>
    /// <param name="frequencyBase">The base.</param>
    /// <param name="headSize">The size of a head; even.</param>
    /// <param name="positions">How many positions there are.</param>
    public RotaryTable(float frequencyBase, int headSize, int positions)
    {
        HalfSize = headSize / 2;
        _values = new(2L * HalfSize * positions);
        for (int position = 0; position < positions; position++)
        {
            for (int i = 0; i < HalfSize; i++)
            {
                // Angles are rounded to single precision as the reference implementation does, which far positions show.
                float angle = position * (1f / MathF.Pow(frequencyBase, 2f * i / headSize));
                Cosines(position)[i] = (float)Math.Cos(angle);
                Sines(position)[i] = (float)Math.Sin(angle);
            }
        }
    }

    /// <summary>Gets the number of pairs of a head.</summary>
    public int HalfSize { get; }

    public float* Cosines(int position) => _values.Pointer + (2L * position * HalfSize);

    public float* Sines(int position) => Cosines(position) + HalfSize;

    public void Dispose() => _values.Dispose();
}
