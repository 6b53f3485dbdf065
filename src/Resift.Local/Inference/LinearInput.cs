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
    private const int CacheLine = 64;

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
        int numbers = PackedLinear.Align(inputs, 2);
        _panel = new((long)numbers * panelWidth);
        _rows = new(padded * StrideOf(numbers * sizeof(short)));
        _scales = new(padded);
        _offsets = new(padded);
    }

    /// <summary>Gets room for the widest panel.</summary>
    public float* Panel => _panel.Pointer;

    /// <summary>Gets the quantised rows: numbers of 32 bits, each made of two int8 values in 16 bits each, or of four bytes.</summary>
    public int* Rows => (int*)_rows.Pointer;

    /// <summary>Gets the distance between quantised rows.</summary>
    public nint Stride { get; private set; }

    /// <summary>Gets what one step of each quantised row stands for.</summary>
    public float* Scales => _scales.Pointer;

    /// <summary>Gets what is added to the sums of each quantised row, for what the offset of weights has added to them.</summary>
    public int* Offsets => (int*)_offsets.Pointer;

    /// <summary>Lays the rows out, near one another: all of them are read with each panel.</summary>
    /// <param name="bytes">What a row takes.</param>
    public void Arrange(int bytes) => Stride = StrideOf(bytes);

    public void Dispose()
    {
        _panel.Dispose();
        _rows.Dispose();
        _scales.Dispose();
        _offsets.Dispose();
    }

    // An odd number of cache lines, so that rows do not share sets of the cache; the last of them is room for what rounding up writes.
    private static nint StrideOf(int bytes) => (PackedLinear.Align(bytes, 2 * CacheLine) + CacheLine) / sizeof(int);
}
