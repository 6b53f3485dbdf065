using System.Runtime.Intrinsics;
using Resift.Local.Models;

namespace Resift.Local.Inference;

/// <summary>
/// The arithmetic of the engine over blocks of rows, in one implementation per vector width. The width is chosen once, for the hardware.
/// </summary>
/// <remarks>
/// <para>
/// All pointers are to rows of floats, the distance between two rows is the following parameter. Buffers have room for whole tiles: rows
/// up to the next multiple of <see cref="TileRows"/> and columns up to the next multiple of <see cref="PanelWidth"/> are computed as well
/// and mean nothing.
/// </para>
/// <para>
/// What loops over numbers is optimised when it is first called, and never inlined: a caller that inlines it compiles it anew, within a
/// budget that may leave calls of functions that are not optimised yet where vector instructions should be.
/// </para>
/// </remarks>
internal abstract unsafe class Kernels
{
    /// <summary>Rows that are computed together.</summary>
    public const int TileRows = 6;

    /// <summary>Gets the kernels for this hardware.</summary>
    public static Kernels Best { get; } =
        Vector512.IsHardwareAccelerated ? For(512) :
        Vector256.IsHardwareAccelerated && System.Runtime.Intrinsics.X86.Fma.IsSupported ? For(256) :
        Vector128.IsHardwareAccelerated ? For(128) : For(32);

    /// <summary>Gets the width of a vector in bits; 32 for the portable path.</summary>
    public abstract int VectorBits { get; }

    /// <summary>Gets the width of a packed panel in floats: two vectors.</summary>
    public abstract int PanelWidth { get; }

    /// <summary>Gets the kernels of one width, so that tests reach each of them.</summary>
    /// <param name="vectorBits">512, 256, 128, or 32 for the portable path.</param>
    public static Kernels For(int vectorBits) => vectorBits switch
    {
        512 => new Kernels<Simd512, Vector512<float>>(),
        256 => new Kernels<Simd256, Vector256<float>>(),
        128 => new Kernels<Simd128, Vector128<float>>(),
        32 => new Kernels<SimdScalar, float>(),
        _ => throw new ArgumentOutOfRangeException(nameof(vectorBits), vectorBits, "Expected 512, 256, 128 or 32."),
    };

    /// <summary>Quantises rows for layers with integer weights of some format, into the buffers of the input.</summary>
    public static void Quantise(LinearInput x, int rows, int inputs, WeightFormat format)
    {
        var buffers = x.Buffers!;
        bool inPairs = format == WeightFormat.Int8Pairs;
        int bytes = inPairs ? sizeof(short) * PackedLinear.Align(inputs, 2) : PackedLinear.Align(inputs, 4);
        buffers.Arrange(bytes);
        for (int i = 0; i < rows; i++)
        {
            int* target = buffers.Rows + (i * buffers.Stride);
            var row = new ReadOnlySpan<float>(x.First + (i * x.Stride), inputs);
            buffers.Offsets[i] = 0;
            if (inPairs)
            {
                // The partner of the last of an odd number of inputs.
                ((short*)target)[inputs] = 0;
                buffers.Scales[i] = Quantisation.Quantise(row, new Span<short>(target, inputs));
                continue;
            }

            buffers.Scales[i] = Quantisation.Quantise(row, new(target, bytes), out int sum);
            if (format == WeightFormat.Int8Quads)
            {
                buffers.Offsets[i] = -Quads256.Offset * sum;
            }
        }
    }

    /// <summary>y = x Wᵀ + b.</summary>
    /// <remarks>Where the layer's weights are integers, x has been quantised; the same goes for the following products.</remarks>
    public abstract void Linear(LinearInput x, int rows, PackedLinear layer, float* y, nint ldy);

    /// <summary>y = f(x Wᵀ + b) for the outputs from <paramref name="firstOutput"/> on; y begins with the first of them.</summary>
    public abstract void LinearActivated(
        LinearInput x, int rows, PackedLinear layer, int firstOutput, int outputs, HiddenActivation activation, float* y, nint ldy);

    /// <summary>As <see cref="LinearActivated"/>, and y is multiplied with x Wᵀ + b of another layer, the gate.</summary>
    /// <param name="x">The input.</param>
    /// <param name="rows">How many rows of it there are.</param>
    /// <param name="layer">The layer that is activated.</param>
    /// <param name="gate">The layer that it is multiplied with.</param>
    /// <param name="firstOutput">The first output that is computed.</param>
    /// <param name="outputs">How many are.</param>
    /// <param name="activation">The activation.</param>
    /// <param name="y">The first row of the result.</param>
    /// <param name="ldy">The distance between its rows.</param>
    /// <param name="scratch">Room for rows of one panel.</param>
    public abstract void LinearGated(
        LinearInput x, int rows, PackedLinear layer, PackedLinear gate, int firstOutput, int outputs, HiddenActivation activation,
        float* y, nint ldy, RowBuffer scratch);

    /// <summary>
    /// y += x Wᵀ for the inputs from <paramref name="firstInput"/> on; x begins with the first of them. The bias is left to the layer norm
    /// that reads y next.
    /// </summary>
    public abstract void Accumulate(LinearInput x, int rows, PackedLinear layer, int firstInput, int inputs, float* y, nint ldy);

    /// <summary>
    /// y = the normalisation of x + bias (Ba, Kiros, Hinton 2016, or Zhang, Sennrich 2019); y may be x, and has the same distance between
    /// rows.
    /// </summary>
    /// <remarks>x is overwritten with x + bias.</remarks>
    public abstract void LayerNorm(float* x, nint ldx, int rows, float* bias, LayerNorm norm, float* y);

    /// <summary>Divides each head of each row by its root mean square, and multiplies it with the gain.</summary>
    public abstract void NormaliseHeads(float* x, nint ldx, int rows, int heads, LayerNorm norm);

    /// <summary>Multi-head attention (Vaswani et al. 2017) of one sequence, with a softmax in base 2.</summary>
    /// <remarks>The factor 1/√d lies in the query weights already, and log₂ e with it, which makes it the usual softmax.</remarks>
    /// <param name="q">The first query row; a head's numbers lie side by side.</param>
    /// <param name="ldq">The distance between query rows.</param>
    /// <param name="queries">How many query rows there are: all tokens, or one alone.</param>
    /// <param name="firstQuery">The position of the first query among the keys.</param>
    /// <param name="k">The first key row.</param>
    /// <param name="v">The first value row.</param>
    /// <param name="ldkv">The distance between key rows, and between value rows.</param>
    /// <param name="length">How many keys and values there are.</param>
    /// <param name="shape">Heads and their size, and what else decides their scores.</param>
    /// <param name="output">The first row of the result.</param>
    /// <param name="ldo">The distance between rows of the result.</param>
    /// <param name="scratch">Room as <see cref="AttentionScratch"/> says.</param>
    public abstract void Attention(
        float* q, nint ldq, int queries, int firstQuery, float* k, float* v, nint ldkv, int length,
        AttentionShape shape, float* output, nint ldo, float* scratch);

    /// <summary>Rotates queries and keys by their position (Su et al. 2021): the two halves of a head are the two coordinates.</summary>
    /// <param name="x">The first head of the first row.</param>
    /// <param name="ldx">The distance between rows.</param>
    /// <param name="rows">How many there are.</param>
    /// <param name="heads">How many heads lie side by side in a row.</param>
    /// <param name="table">The angles.</param>
    /// <param name="position">The position of the first row.</param>
    public abstract void Rotate(float* x, nint ldx, int rows, int heads, RotaryTable table, int position);

    /// <summary>How many floats <see cref="Attention"/> needs for sequences of up to some length.</summary>
    public long AttentionScratch(int length, AttentionShape shape)
    {
        long keys = PackedLinear.Align(length, PanelWidth);
        return (keys * shape.HeadSize)
            + (length * (long)PackedLinear.Align(shape.HeadSize, PanelWidth))
            + (TileRows * (keys + PanelWidth))
            + (shape.Relative?.Scratch(length, PanelWidth) ?? 0)
            + PanelWidth;
    }

    /// <summary>Packs rows as the columns of panels, as attention does with its keys: [panel][size][panel width].</summary>
    /// <param name="rows">The first row.</param>
    /// <param name="ld">The distance between rows.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="size">The numbers of one.</param>
    /// <param name="panels">Where they go; columns beyond the last row stay as they are.</param>
    public abstract void PackColumns(float* rows, nint ld, int count, int size, float* panels);
}

/// <summary>The heads of an attention layer.</summary>
/// <param name="Heads">How many.</param>
/// <param name="HeadSize">The numbers of one.</param>
internal readonly record struct AttentionShape(int Heads, int HeadSize)
{
    /// <summary>Gets how many heads of the queries share one of the keys and values: 1 where each has its own.</summary>
    public int HeadsPerKey { get; init; } = 1;

    /// <summary>Gets what is added to scores; null for nothing.</summary>
    public AttentionBias? Bias { get; init; }

    /// <summary>Gets the relative positions that queries and keys are compared with; null for none.</summary>
    public RelativeAttention? Relative { get; init; }

    /// <summary>Gets how far a query sees to each side; null for no limit.</summary>
    public int? Window { get; init; }

    /// <summary>Gets a value indicating whether a query sees no key behind it.</summary>
    public bool IsCausal { get; init; }

    /// <summary>Gets how many numbers the queries of a token have.</summary>
    public int QueryWidth => Heads * HeadSize;

    /// <summary>Gets how many numbers the keys of a token have, and the values.</summary>
    public int KeyWidth => QueryWidth / HeadsPerKey;
}
