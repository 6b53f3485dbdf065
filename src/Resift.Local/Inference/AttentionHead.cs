using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Resift.Local.Inference;

/// <summary>One head of attention over one sequence: softmax(q kᵀ) v in base 2, six query rows at a time.</summary>
internal static unsafe class AttentionHead<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int Rows = Kernels.TileRows;

    // Keys that are packed together.
    private const int Block = 4;

    /// <summary>Parameters as in <see cref="Kernels.Attention"/>, for one head.</summary>
    public static void Run(
        float* q, nint ldq, int queries, int firstQuery, float* k, float* v, nint ldkv, int length, AttentionShape shape, int head,
        float* output, nint ldo, float* scratch)
    {
        int panel = 2 * TSimd.Width;
        int size = shape.HeadSize;
        int keys = PackedLinear.Align(length, panel);
        int values = PackedLinear.Align(size, panel);

        float* zeros = scratch;
        float* packedKeys = zeros + panel;
        float* packedValues = packedKeys + ((nint)keys * size);
        float* scores = packedValues + ((nint)length * values);
        float* bias = shape.Bias is null ? null : shape.Bias.Head(head);
        int before = Math.Min(shape.Window ?? length, length);
        int behind = shape.IsCausal ? 0 : before;

        // A distance that is no multiple of a page, so that the rows of a tile do not compete for one set of the first-level cache.
        nint ldScores = keys + panel;
        float* inverseSums = stackalloc float[Rows];

        // A head's numbers of one token lie far from those of the next, so that a head would wait for all of them: while one is computed,
        // those of the next are fetched, as many with each tile.
        int tiles = (queries + Rows - 1) / Rows;
        int keysOfTile = (length + tiles - 1) / tiles;
        bool hasNext = head + 1 < shape.Heads;
        bool hasNextKeys = hasNext && (head + 1) % shape.HeadsPerKey == 0;
        if (head == 0)
        {
            FetchRows(q, ldq, queries, size);
            FetchRows(k, ldkv, length, size);
            FetchRows(v, ldkv, length, size);
        }

        new Span<float>(zeros, panel).Clear();
        if (head % shape.HeadsPerKey == 0)
        {
            // The other heads of a group find the keys and values of the first.
            PackKeys(k, ldkv, length, size, packedKeys);
            PackValues(v, ldkv, length, size, packedValues);
        }

        bool isRelative = shape.Relative is not null;
        var relative = isRelative
            ? new RelativeScores<TSimd, TVector>(
                shape.Relative!, head, k, ldkv, length, firstQuery, queries, zeros, scores + (Rows * ldScores))
            : default;
        for (int done = 0; done < queries; done += Rows, q += Rows * ldq, output += Rows * ldo)
        {
            // The panels of keys that one of these queries sees: all, or those around them.
            int i = firstQuery + done;
            int rows = Math.Min(Rows, queries - done);
            int first = Math.Max(0, i - before) / panel * panel;
            int end = Math.Min(keys, PackedLinear.Align(i + rows + behind, panel));
            if (hasNext)
            {
                FetchRows(q + size, ldq, rows, size);
            }

            if (hasNextKeys)
            {
                int row = done / Rows * keysOfTile, count = Math.Min(keysOfTile, length - row);
                FetchRows(k + (row * ldkv) + size, ldkv, count, size);
                FetchRows(v + (row * ldkv) + size, ldkv, count, size);
            }

            if (isRelative)
            {
                relative.Write(q, ldq, i, rows, scores, ldScores);
            }

            for (int j = first; j < end; j += panel)
            {
                // The sums of a tile begin with what is there already, or with the bias, whose row of the next query begins one distance
                // earlier.
                float* start = isRelative ? scores + j : bias is null ? zeros : bias + (j - i);
                nint ldStart = isRelative ? ldScores : bias is null ? 0 : -1;
                MicroKernel<TSimd, float, TVector>.Tile(q, ldq, packedKeys + ((nint)j * size), size, start, ldStart, scores + j, ldScores);
            }

            // Whole vectors of scores, which may end within the last panel.
            int depth = Math.Min(length, end) - first;
            int padded = PackedLinear.Align(depth, TSimd.Width);
            for (int r = 0; r < rows; r++)
            {
                int from = Math.Max(0, i + r - before), to = Math.Min(length, i + r + behind + 1);
                Mask(scores + (r * ldScores) + first, from - first, to - first, padded);
            }

            Exponentiate(scores + first, ldScores, rows, padded, inverseSums);
            for (int j = 0; j < values; j += panel)
            {
                MicroKernel<TSimd, float, TVector>.Tile(
                    scores + first, ldScores, packedValues + ((nint)j * length) + ((nint)first * panel), depth, zeros, 0, output + j, ldo);
                for (int r = 0; r < rows; r++)
                {
                    float* row = output + j + (r * ldo);
                    TVector factor = TSimd.Broadcast(inverseSums[r]);
                    TSimd.Store(TSimd.Multiply(TSimd.Load(row), factor), row);
                    TSimd.Store(TSimd.Multiply(TSimd.Load(row + TSimd.Width), factor), row + TSimd.Width);
                }
            }
        }
    }

    /// <summary>Keys become the columns of panels: [panel][size][panel width].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void PackKeys(float* k, nint ldk, int length, int size, float* packed)
    {
        int panel = 2 * TSimd.Width;
        int inBlocks = Sse.IsSupported && panel % Block == 0 && size % Block == 0 ? length / Block * Block : 0;
        int j = 0;
        for (; j < inBlocks; j += Block, k += Block * ldk)
        {
            float* target = packed + ((nint)(j / panel) * panel * size) + (j % panel);
            for (int e = 0; e < size; e += Block)
            {
                Transpose(k + e, ldk, target + ((nint)e * panel), panel);
            }
        }

        for (; j < length; j++, k += ldk)
        {
            float* target = packed + ((nint)(j / panel) * panel * size) + (j % panel);
            for (int e = 0; e < size; e++)
            {
                target[(nint)e * panel] = k[e];
            }
        }
    }

    /// <summary>Four rows of four numbers become four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(float* rows, nint ld, float* columns, nint distance)
    {
        var (first, second) = (Vector128.Load(rows), Vector128.Load(rows + ld));
        var (third, fourth) = (Vector128.Load(rows + (2 * ld)), Vector128.Load(rows + (3 * ld)));
        var (low, nextLow) = (Sse.UnpackLow(first, second), Sse.UnpackLow(third, fourth));
        var (high, nextHigh) = (Sse.UnpackHigh(first, second), Sse.UnpackHigh(third, fourth));
        Sse.MoveLowToHigh(low, nextLow).Store(columns);
        Sse.MoveHighToLow(nextLow, low).Store(columns + distance);
        Sse.MoveLowToHigh(high, nextHigh).Store(columns + (2 * distance));
        Sse.MoveHighToLow(nextHigh, high).Store(columns + (3 * distance));
    }

    /// <summary>Values keep their rows: [panel][length][panel width].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void PackValues(float* v, nint ldv, int length, int size, float* packed)
    {
        int panel = 2 * TSimd.Width;
        for (int e = 0; e < size; e += panel)
        {
            int width = Math.Min(panel, size - e);
            float* source = v + e;
            for (int j = 0; j < length; j++, source += ldv, packed += panel)
            {
                if (width < panel)
                {
                    new ReadOnlySpan<float>(source, width).CopyTo(new(packed, width));
                    continue;
                }

                TSimd.Store(TSimd.Load(source), packed);
                TSimd.Store(TSimd.Load(source + TSimd.Width), packed + TSimd.Width);
            }
        }
    }

    /// <summary>Brings some columns of rows into the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FetchRows(float* x, nint ldx, int rows, int columns)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        for (int i = 0; i < rows; i++, x += ldx)
        {
            for (int e = 0; e < columns; e += 16)
            {
                Sse.Prefetch1(x + e);
            }
        }
    }

    /// <summary>
    /// Replaces scores by negative infinity where they do not count: before one index, and from another on. What lies there means nothing,
    /// and may be no number. A row has room for a vector behind its end.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mask(float* scores, int from, int to, int padded)
    {
        int step = TSimd.Width, i = 0;
        TVector nothing = TSimd.Broadcast(float.NegativeInfinity);
        for (; i <= from - step; i += step)
        {
            TSimd.Store(nothing, scores + i);
        }

        for (; i < from; i++)
        {
            scores[i] = float.NegativeInfinity;
        }

        for (i = to; i < padded; i += step)
        {
            TSimd.Store(nothing, scores + i);
        }
    }

    /// <summary>Replaces the scores of each row by 2 to the power of (score - maximum), and gives 1 / their sum.</summary>
    /// <remarks>Each step is taken for all rows, none of which waits for another then, as steps of one row wait for one another.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Exponentiate(float* scores, nint ldScores, int rows, int padded, float* inverseSums)
    {
        int step = TSimd.Width;
        float* maxima = stackalloc float[Rows];
        float* sums = stackalloc float[Rows * step];
        for (int r = 0; r < rows; r++)
        {
            float* row = scores + (r * ldScores);
            TVector max = TSimd.Load(row);
            for (int j = step; j < padded; j += step)
            {
                max = TSimd.Max(max, TSimd.Load(row + j));
            }

            maxima[r] = TSimd.MaxAcross(max);
        }

        for (int r = 0; r < rows; r++)
        {
            float* row = scores + (r * ldScores);
            TVector max = TSimd.Broadcast(maxima[r]), sum = TSimd.Zero;
            for (int j = 0; j < padded; j += step)
            {
                TVector power = VectorMath<TSimd, TVector>.Exp2OfNegative(TSimd.Subtract(TSimd.Load(row + j), max));
                TSimd.Store(power, row + j);
                sum = TSimd.Add(sum, power);
            }

            TSimd.Store(sum, sums + (r * step));
        }

        for (int r = 0; r < rows; r++)
        {
            inverseSums[r] = 1f / TSimd.Sum(TSimd.Load(sums + (r * step)));
        }
    }
}
