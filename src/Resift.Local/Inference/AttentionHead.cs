using System.Runtime.CompilerServices;

namespace Resift.Local.Inference;

/// <summary>One head of attention over one sequence: softmax(q kᵀ) v in base 2, six query rows at a time.</summary>
internal static unsafe class AttentionHead<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int Rows = Kernels.TileRows;

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

            for (int r = 0; r < rows; r++)
            {
                int from = Math.Max(0, i + r - before), to = Math.Min(length, i + r + behind + 1);
                inverseSums[r] = Exponentiate(scores + (r * ldScores) + first, from - first, to - first, end - first);
            }

            int depth = Math.Min(length, end) - first;
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
    public static void PackKeys(float* k, nint ldk, int length, int size, float* packed)
    {
        int panel = 2 * TSimd.Width;
        for (int j = 0; j < length; j++, k += ldk)
        {
            float* target = packed + ((nint)(j / panel) * panel * size) + (j % panel);
            for (int e = 0; e < size; e++)
            {
                target[(nint)e * panel] = k[e];
            }
        }
    }

    /// <summary>Values keep their rows: [panel][length][panel width].</summary>
    private static void PackValues(float* v, nint ldv, int length, int size, float* packed)
    {
        int panel = 2 * TSimd.Width;
        for (int e = 0; e < size; e += panel)
        {
            int width = Math.Min(panel, size - e);
            float* source = v + e;
            for (int j = 0; j < length; j++, source += ldv, packed += panel)
            {
                new ReadOnlySpan<float>(source, width).CopyTo(new(packed, width));
            }
        }
    }

    /// <summary>
    /// Replaces scores by 2 to the power of (score - maximum) and gives 1 / their sum; only those from one index to another count.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Exponentiate(float* scores, int from, int to, int padded)
    {
        for (int j = 0; j < from; j++)
        {
            scores[j] = float.NegativeInfinity;
        }

        for (int j = to; j < padded; j++)
        {
            scores[j] = float.NegativeInfinity;
        }

        int step = TSimd.Width;
        TVector max = TSimd.Load(scores);
        for (int j = step; j < padded; j += step)
        {
            max = TSimd.Max(max, TSimd.Load(scores + j));
        }

        max = TSimd.Broadcast(TSimd.MaxAcross(max));
        TVector sum = TSimd.Zero;
        for (int j = 0; j < padded; j += step)
        {
            TVector power = VectorMath<TSimd, TVector>.Exp2OfNegative(TSimd.Subtract(TSimd.Load(scores + j), max));
            TSimd.Store(power, scores + j);
            sum = TSimd.Add(sum, power);
        }

        return 1f / TSimd.Sum(sum);
    }
}
