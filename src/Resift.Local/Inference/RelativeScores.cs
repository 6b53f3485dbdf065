using System.Runtime.CompilerServices;

namespace Resift.Local.Inference;

/// <summary>
/// What the distance of query and key adds to their score in one head over one sequence: the query times the position as a key, and the
/// position as a query times the key.
/// </summary>
/// <remarks>
/// The products of a token are computed for the positions that its distances can have, and then picked by distance. Both run by one table,
/// which rises with the distance, so that these positions lie side by side.
/// </remarks>
internal readonly unsafe ref struct RelativeScores<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int Tile = Kernels.TileRows;

    private readonly int* _rowOf;
    private readonly int _length;
    private readonly int _size;
    private readonly float* _zeros;
    private readonly float* _positionKeys;
    private readonly float* _ofTile;
    private readonly float* _ofKeys;
    private readonly int _first;
    private readonly nint _stride;

    /// <summary>Computes what the keys give.</summary>
    /// <param name="relative">The positions.</param>
    /// <param name="head">The head.</param>
    /// <param name="k">The first key row.</param>
    /// <param name="ldk">The distance between key rows.</param>
    /// <param name="length">How many keys there are.</param>
    /// <param name="firstQuery">The position of the first query.</param>
    /// <param name="queries">How many queries there are.</param>
    /// <param name="zeros">A panel of zeros.</param>
    /// <param name="scratch">Room as <see cref="RelativeAttention.Scratch"/> says.</param>
    public RelativeScores(
        RelativeAttention relative, int head, float* k, nint ldk, int length, int firstQuery, int queries, float* zeros, float* scratch)
    {
        int panel = 2 * TSimd.Width;
        _rowOf = relative.RowOf;
        _length = length;
        _size = relative.HeadSize;
        _zeros = zeros;
        _positionKeys = relative.Keys(head);
        _first = _rowOf[1 - length] / panel * panel;
        _stride = relative.Stride(length, panel);
        _ofTile = scratch;
        float* positionQueries = relative.Queries(head);
        if (positionQueries is null)
        {
            return;
        }

        _ofKeys = scratch + (Tile * _stride);
        for (int j = 0; j < length; j += Tile)
        {
            int last = Math.Min(j + Tile, length) - 1;
            Multiply(k + (j * ldk), ldk, positionQueries, firstQuery - last, firstQuery + queries - 1 - j, _ofKeys + (j * _stride));
        }
    }

    /// <summary>Writes what is added to the scores of up to six queries.</summary>
    /// <param name="q">The first query row.</param>
    /// <param name="ldq">The distance between query rows.</param>
    /// <param name="i">The position of the first.</param>
    /// <param name="rows">How many there are.</param>
    /// <param name="scores">The first row of the result, with a column for each key.</param>
    /// <param name="ldScores">The distance between rows of the result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Write(float* q, nint ldq, int i, int rows, float* scores, nint ldScores)
    {
        if (_positionKeys is not null)
        {
            Multiply(q, ldq, _positionKeys, i - _length + 1, i + rows - 1, _ofTile);
        }

        for (int r = 0; r < rows; r++, scores += ldScores)
        {
            int* rowOf = _rowOf + i + r;
            if (_positionKeys is null)
            {
                new Span<float>(scores, _length).Clear();
            }
            else
            {
                float* products = _ofTile + (r * _stride) - _first;
                for (int j = 0; j < _length; j++)
                {
                    scores[j] = products[rowOf[-j]];
                }
            }

            if (_ofKeys is not null)
            {
                float* products = _ofKeys - _first;
                for (int j = 0; j < _length; j++, products += _stride)
                {
                    scores[j] += products[rowOf[-j]];
                }
            }
        }
    }

    /// <summary>Multiplies six rows with the positions from one distance to another.</summary>
    private void Multiply(float* rows, nint ld, float* positions, int from, int to, float* products)
    {
        int panel = 2 * TSimd.Width;
        for (int p = _rowOf[from] / panel * panel; p <= _rowOf[to]; p += panel)
        {
            MicroKernel<TSimd, float, TVector>.Tile(
                rows, ld, positions + ((nint)p * _size), _size, _zeros, 0, products + (p - _first), _stride);
        }
    }
}
