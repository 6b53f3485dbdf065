namespace Resift.Local.Inference;

/// <summary>A matrix of activations with room for whole tiles, and rows that do not share cache sets.</summary>
internal sealed unsafe class RowBuffer : IDisposable
{
    private readonly NativeBuffer _values;

    public RowBuffer(int rows, int columns, int panelWidth)
    {
        // One panel more than needed: a row distance that is a power of two would map all rows of a tile to one set of the cache.
        Stride = PackedLinear.Align(columns, panelWidth) + panelWidth;
        _values = new(((long)PackedLinear.Align(rows, Kernels.TileRows) + Kernels.TileRows) * Stride);
    }

    /// <summary>Gets the distance between rows in floats.</summary>
    public nint Stride { get; }

    public float* Row(int index) => _values.Pointer + (index * Stride);

    public void Dispose() => _values.Dispose();
}
