namespace Resift.Local.Inference;

/// <summary>The rows that go into a linear layer.</summary>
/// <param name="Rows">The first row.</param>
/// <param name="Stride">The distance between rows.</param>
/// <param name="Buffers">Where weights are widened and rows quantised; null where all layers have single-precision weights.</param>
internal readonly unsafe record struct LinearInput(nint Rows, nint Stride, LinearBuffers? Buffers)
{
    public LinearInput(float* rows, nint stride, LinearBuffers? buffers = null)
        : this((nint)rows, stride, buffers)
    {
    }

    public float* First => (float*)Rows;
}

/// <summary>What linear layers write besides their result: a widened panel of weights, and quantised rows of their input.</summary>
internal sealed unsafe class LinearBuffers : IDisposable
{
    private readonly NativeBuffer _panel;
    private readonly NativeBuffer _rows;
    private readonly NativeBuffer _scales;
    private readonly NativeBuffer _offsets;

    /// <summary>Reserves memory; what no layer reaches takes none.</summary>
    /// <param name="rows">The most rows of an input.</param>
    /// <param name="inputs">The most numbers of a row.</param>
    /// <param name="panelWidth">The width of a panel.</param>
    public LinearBuffers(int rows, int inputs, int panelWidth)
    {
        int padded = PackedLinear.Align(rows, Kernels.TileRows);
        Stride = PackedLinear.Align(inputs, 2 * Padding) + Padding;
        _panel = new((long)PackedLinear.Align(inputs, 2) * panelWidth);
        _rows = new(NativeBuffer.Floats(padded * Stride * sizeof(short)));
        _scales = new(padded);
        _offsets = new(padded);
    }

    /// <summary>Gets room for the widest panel.</summary>
    public float* Panel => _panel.Pointer;

    /// <summary>Gets the quantised rows: int8 values, each in 16 bits, since pairs of them are multiplied as such.</summary>
    public short* Rows => (short*)_rows.Pointer;

    /// <summary>Gets the distance between quantised rows, which no power of two divides far: see <see cref="RowBuffer"/>.</summary>
    public nint Stride { get; }

    /// <summary>Gets what one step of each quantised row stands for.</summary>
    public float* Scales => _scales.Pointer;

    /// <summary>Gets what is added to the sums of each quantised row, for what the offset of weights has added to them.</summary>
    public int* Offsets => (int*)_offsets.Pointer;

    private const int Padding = 32;

    public void Dispose()
    {
        _panel.Dispose();
        _rows.Dispose();
        _scales.Dispose();
        _offsets.Dispose();
    }
}
