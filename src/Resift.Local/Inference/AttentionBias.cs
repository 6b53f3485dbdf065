using Resift.Local.Models;

namespace Resift.Local.Inference;

/// <summary>
/// What attention adds to the score of a query and a key by their distance, for each head, in base 2 as scores are. The numbers of one
/// query lie side by side, those of the next one begin one earlier: attention reads them in place of zeros, at no cost.
/// </summary>
internal sealed unsafe class AttentionBias : IDisposable
{
    private readonly NativeBuffer _values;
    private readonly int _zero;
    private readonly int _stride;

    /// <summary>Tabulates a bias.</summary>
    /// <param name="bias">The bias, in base e.</param>
    /// <param name="heads">How many heads there are.</param>
    /// <param name="maxLength">The length of the longest sequence.</param>
    /// <param name="panelWidth">The width of a panel in floats.</param>
    public AttentionBias(DistanceBias bias, int heads, int maxLength, int panelWidth)
    {
        // Whole tiles of queries and whole panels of keys are read, also beyond the end of the longest sequence, where a last query
        // alone begins a tile.
        _zero = maxLength + Kernels.TileRows;
        _stride = _zero + PackedLinear.Align(maxLength, panelWidth);
        _values = new((long)heads * _stride);
        for (int head = 0; head < heads; head++)
        {
            float* row = Head(head);
            for (int distance = 1 - maxLength; distance < maxLength; distance++)
            {
                row[distance] = (float)(Math.Log2(Math.E) * bias(head, distance));
            }
        }
    }

    /// <summary>Gets the numbers of a head, at the distance 0.</summary>
    public float* Head(int head) => _values.Pointer + ((nint)head * _stride) + _zero;

    public void Dispose() => _values.Dispose();
}
