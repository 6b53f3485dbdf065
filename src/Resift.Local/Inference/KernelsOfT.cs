using System.Runtime.CompilerServices;
using Resift.Local.Models;

namespace Resift.Local.Inference;

/// <summary>The kernels for one vector width.</summary>
internal sealed unsafe class Kernels<TSimd, TVector> : Kernels
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    // A panel is multiplied in parts that stay in a first-level cache, of 32 KiB or more, while all rows pass by.
    private const int PartBytes = 24 << 10;

    public override int VectorBits => 32 * TSimd.Width;

    public override int PanelWidth => 2 * TSimd.Width;

    public override void Linear(LinearInput x, int rows, PackedLinear layer, float* y, nint ldy)
    {
        // Panels outside, rows inside: a panel and the rows stay in the second-level cache.
        for (int j = 0; j < layer.PaddedOutputs; j += PanelWidth)
        {
            Panel(x, rows, layer, j, 0, layer.Inputs, layer.Bias + j, 0, y + j, ldy);
        }
    }

    public override void LinearActivated(
        LinearInput x, int rows, PackedLinear layer, int firstOutput, int outputs, HiddenActivation activation, float* y, nint ldy)
    {
        for (int j = 0; j < outputs; j += PanelWidth)
        {
            int column = firstOutput + j;
            Panel(x, rows, layer, column, 0, layer.Inputs, layer.Bias + column, 0, y + j, ldy);
            Activate(y + j, ldy, rows, activation);
        }
    }

    public override void LinearGated(
        LinearInput x, int rows, PackedLinear layer, PackedLinear gate, int firstOutput, int outputs, HiddenActivation activation,
        float* y, nint ldy, RowBuffer scratch)
    {
        float* factors = scratch.Row(0);
        for (int j = 0; j < outputs; j += PanelWidth)
        {
            int column = firstOutput + j;
            LinearActivated(x, rows, layer, column, PanelWidth, activation, y + j, ldy);
            Panel(x, rows, gate, column, 0, gate.Inputs, gate.Bias + column, 0, factors, scratch.Stride);
            Multiply(y + j, ldy, rows, factors, scratch.Stride);
        }
    }

    public override void Accumulate(LinearInput x, int rows, PackedLinear layer, int firstInput, int inputs, float* y, nint ldy)
    {
        for (int j = 0; j < layer.PaddedOutputs; j += PanelWidth)
        {
            Panel(x, rows, layer, j, firstInput, inputs, y + j, ldy, y + j, ldy);
        }
    }

    public override void LayerNorm(float* x, nint ldx, int rows, float* bias, LayerNorm norm, float* y)
    {
        int padded = PackedLinear.Align(norm.Width, PanelWidth);
        for (int i = 0; i < rows; i++, x += ldx, y += ldx)
        {
            NormaliseRow(x, y, bias, norm, padded);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void NormaliseHeads(float* x, nint ldx, int rows, int heads, LayerNorm norm)
    {
        int size = norm.Width;
        float* gain = norm.Gain;
        for (int i = 0; i < rows; i++, x += ldx)
        {
            for (float* head = x; head < x + ((nint)heads * size); head += size)
            {
                TVector sum = TSimd.Zero;
                int e = 0;
                for (; e + TSimd.Width <= size; e += TSimd.Width)
                {
                    TVector values = TSimd.Load(head + e);
                    sum = TSimd.MultiplyAdd(values, values, sum);
                }

                float squares = TSimd.Sum(sum);
                for (; e < size; e++)
                {
                    squares += head[e] * head[e];
                }

                float scale = 1f / MathF.Sqrt((squares / size) + norm.Epsilon);
                for (e = 0; e + TSimd.Width <= size; e += TSimd.Width)
                {
                    TVector scaled = TSimd.Multiply(TSimd.Load(head + e), TSimd.Broadcast(scale));
                    TSimd.Store(TSimd.Multiply(scaled, TSimd.Load(gain + e)), head + e);
                }

                for (; e < size; e++)
                {
                    head[e] = head[e] * scale * gain[e];
                }
            }
        }
    }

    public override void Attention(
        float* q, nint ldq, int queries, int firstQuery, float* k, float* v, nint ldkv, int length,
        AttentionShape shape, float* output, nint ldo, float* scratch)
    {
        for (int head = 0; head < shape.Heads; head++)
        {
            // Heads in rising order: what a tile writes beyond a narrow head is overwritten by the next one.
            nint column = (nint)head * shape.HeadSize;
            nint shared = (nint)(head / shape.HeadsPerKey) * shape.HeadSize;
            AttentionHead<TSimd, TVector>.Run(
                q + column, ldq, queries, firstQuery, k + shared, v + shared, ldkv, length, shape, head, output + column, ldo, scratch);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void Rotate(float* x, nint ldx, int rows, int heads, RotaryTable table, int position)
    {
        int half = table.HalfSize;
        for (int i = 0; i < rows; i++, x += ldx)
        {
            float* cosines = table.Cosines(position + i);
            float* sines = table.Sines(position + i);
            for (float* head = x; head < x + ((nint)heads * 2 * half); head += 2 * half)
            {
                int e = 0;
                for (; e + TSimd.Width <= half; e += TSimd.Width)
                {
                    TVector first = TSimd.Load(head + e), second = TSimd.Load(head + half + e);
                    TVector cosine = TSimd.Load(cosines + e), sine = TSimd.Load(sines + e);
                    TSimd.Store(TSimd.Subtract(TSimd.Multiply(first, cosine), TSimd.Multiply(second, sine)), head + e);
                    TSimd.Store(TSimd.Add(TSimd.Multiply(second, cosine), TSimd.Multiply(first, sine)), head + half + e);
                }

                for (; e < half; e++)
                {
                    var (first, second) = (head[e], head[half + e]);
                    head[e] = (first * cosines[e]) - (second * sines[e]);
                    head[half + e] = (second * cosines[e]) + (first * sines[e]);
                }
            }
        }
    }

    public override void PackColumns(float* rows, nint ld, int count, int size, float* panels) =>
        AttentionHead<TSimd, TVector>.PackKeys(rows, ld, count, size, panels);

    private static void Multiply(float* y, nint ldy, int rows, float* factors, nint ldf)
    {
        for (int i = 0; i < rows; i++, y += ldy, factors += ldf)
        {
            TSimd.Store(TSimd.Multiply(TSimd.Load(y), TSimd.Load(factors)), y);
            TSimd.Store(TSimd.Multiply(TSimd.Load(y + TSimd.Width), TSimd.Load(factors + TSimd.Width)), y + TSimd.Width);
        }
    }

    /// <summary>One panel of outputs, the first of which is <paramref name="column"/>, for a range of inputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Panel(
        LinearInput x, int rows, PackedLinear layer, int column, int firstInput, int inputs,
        float* start, nint ldStart, float* c, nint ldc)
    {
        void* packed = layer.Panel(column / PanelWidth, firstInput);
        int tiles = (rows + TileRows - 1) / TileRows;
        int most = PartBytes / (PanelWidth * sizeof(float));
        int parts = layer.IsInteger ? 1 : (inputs + most - 1) / most;
        var next = new PanelAhead(layer, column, firstInput, inputs, parts * tiles);
        if (layer.IsInteger)
        {
            IntegerPanel(x.Buffers!, rows, (sbyte*)packed, inputs, layer, next, layer.Scales + column, start, ldStart, c, ldc);
            return;
        }

        float* panel = layer.Format == WeightFormat.Single
            ? (float*)packed
            : Widen(packed, layer.Format, inputs, layer.IsScaled ? layer.Scales + column : null, x.Buffers!.Panel);
        int depth = PackedLinear.Align((inputs + parts - 1) / parts, MicroKernel<TSimd, float, TVector>.StepsOfATurn);
        for (int k = 0; k < inputs; k += depth)
        {
            float* part = panel + ((nint)k * PanelWidth);
            Part(x.First + k, x.Stride, tiles, part, Math.Min(depth, inputs - k), ref next, start, ldStart, c, ldc);

            // The next part goes on where this one has stopped: each sum is one chain as before.
            start = c;
            ldStart = ldc;
        }
    }

    /// <summary>Multiplies all tiles of rows with some inputs of a panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Part(
        float* a, nint lda, int tiles, float* panel, int depth, ref PanelAhead next, float* start, nint ldStart, float* c, nint ldc)
    {
        for (int i = 0; i < tiles; i++)
        {
            next.FetchPart();
            MicroKernel<TSimd, float, TVector>.Tile(a, lda, panel, depth, start, ldStart, c, ldc);
            a += TileRows * lda;
            start += TileRows * ldStart;
            c += TileRows * ldc;
        }
    }

    private float* Widen(void* packed, WeightFormat format, int inputs, float* scales, float* target)
    {
        var values = new Span<float>(target, inputs * PanelWidth);
        switch (format)
        {
            case WeightFormat.BFloat16:
                Widening.FromBFloat16(new(packed, values.Length), values);
                break;
            case WeightFormat.Half:
                Widening.FromFloat16(new(packed, values.Length), values);
                break;
            default:
                Widening.FromInt8(new(packed, values.Length), 1, values);
                break;
        }

        if (scales is not null)
        {
            ScaleColumns(target, inputs, scales);
        }

        return target;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void IntegerPanel(
        LinearBuffers x, int rows, sbyte* packed, int inputs, PackedLinear layer, PanelAhead next, float* scales,
        float* start, nint ldStart, float* c, nint ldc)
    {
        int* sums = stackalloc int[TileRows * PanelWidth];
        int* zeros = stackalloc int[PanelWidth];
        new Span<int>(zeros, PanelWidth).Clear();
        int* weights = (int*)packed;
        int steps = (inputs + layer.Together - 1) / layer.Together;
        bool inPairs = layer.Format == WeightFormat.Int8Pairs;
        if (inPairs)
        {
            Widening.ToInt16(new(packed, 2 * steps * PanelWidth), new(x.Panel, 2 * steps * PanelWidth));
            weights = (int*)x.Panel;
        }

        int* a = x.Rows;
        for (int i = 0; i < rows; i += TileRows)
        {
            next.FetchPart();
            if (inPairs)
            {
                TSimd.PairTile(a, x.Stride, weights, steps, zeros, sums);
            }
            else
            {
                TSimd.QuadTile(a, x.Stride, weights, steps, zeros, sums);
            }

            ScaleSums(sums, x.Offsets + i, x.Scales + i, scales, start, ldStart, c, ldc);
            a += TileRows * x.Stride;
            start += TileRows * ldStart;
            c += TileRows * ldc;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ScaleColumns(float* panel, int rows, float* scales)
    {
        TVector left = TSimd.Load(scales), right = TSimd.Load(scales + TSimd.Width);
        for (int i = 0; i < rows; i++, panel += 2 * TSimd.Width)
        {
            TSimd.Store(TSimd.Multiply(TSimd.Load(panel), left), panel);
            TSimd.Store(TSimd.Multiply(TSimd.Load(panel + TSimd.Width), right), panel + TSimd.Width);
        }
    }

    /// <summary>c = start + (sums + the offset of the row) × the scales of row and column, for a tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ScaleSums(
        int* sums, int* offsets, float* rowScales, float* scales, float* start, nint ldStart, float* c, nint ldc)
    {
        int width = TSimd.Width;
        TVector left = TSimd.Load(scales), right = TSimd.Load(scales + width);
        for (int r = 0; r < TileRows; r++, sums += 2 * width, start += ldStart, c += ldc)
        {
            TVector scale = TSimd.Broadcast(rowScales[r]);
            TVector first = TSimd.LoadIntegers(sums, offsets[r]), second = TSimd.LoadIntegers(sums + width, offsets[r]);
            TSimd.Store(TSimd.MultiplyAdd(first, TSimd.Multiply(scale, left), TSimd.Load(start)), c);
            TSimd.Store(TSimd.MultiplyAdd(second, TSimd.Multiply(scale, right), TSimd.Load(start + width)), c + width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Activate(float* y, nint ldy, int rows, HiddenActivation activation)
    {
        if (activation != HiddenActivation.Gelu)
        {
            for (int i = 0; i < rows; i++, y += ldy)
            {
                Activation.Apply(activation, new Span<float>(y, 2 * TSimd.Width));
            }

            return;
        }

        for (int i = 0; i < rows; i++, y += ldy)
        {
            TSimd.Store(VectorMath<TSimd, TVector>.Gelu(TSimd.Load(y)), y);
            TSimd.Store(VectorMath<TSimd, TVector>.Gelu(TSimd.Load(y + TSimd.Width)), y + TSimd.Width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void NormaliseRow(float* x, float* y, float* inputBias, LayerNorm norm, int padded)
    {
        float* gain = norm.Gain;
        float* bias = norm.Bias;
        int step = TSimd.Width, width = norm.Width;
        TVector left = TSimd.Zero, right = TSimd.Zero;
        for (int i = 0; i < padded; i += 2 * step)
        {
            TVector first = TSimd.Add(TSimd.Load(x + i), TSimd.Load(inputBias + i));
            TVector second = TSimd.Add(TSimd.Load(x + i + step), TSimd.Load(inputBias + i + step));
            TSimd.Store(first, x + i);
            TSimd.Store(second, x + i + step);
            left = TSimd.Add(left, first);
            right = TSimd.Add(right, second);
        }

        float mean = norm.IsRms ? 0 : TSimd.Sum(TSimd.Add(left, right)) / width;
        TVector means = TSimd.Broadcast(mean);
        left = right = TSimd.Zero;
        for (int i = 0; i < padded; i += 2 * step)
        {
            TVector first = TSimd.Subtract(TSimd.Load(x + i), means);
            TVector second = TSimd.Subtract(TSimd.Load(x + i + step), means);
            left = TSimd.MultiplyAdd(first, first, left);
            right = TSimd.MultiplyAdd(second, second, right);
        }

        // The padding columns are zero: each has added mean² that does not belong to the row.
        float squares = TSimd.Sum(TSimd.Add(left, right)) - ((padded - width) * mean * mean);
        TVector scale = TSimd.Broadcast(1f / MathF.Sqrt((squares / width) + norm.Epsilon));
        for (int i = 0; i < padded; i += step)
        {
            TVector normalised = TSimd.Multiply(TSimd.Subtract(TSimd.Load(x + i), means), scale);
            TSimd.Store(TSimd.MultiplyAdd(normalised, TSimd.Load(gain + i), TSimd.Load(bias + i)), y + i);
        }
    }
}
