using System.Buffers;

namespace Resift.Local.Tokenization;

/// <summary>
/// Merges the symbols of one piece: a linked list of them and a heap of the pairs that can be merged, so that n symbols cost n log n.
/// </summary>
internal ref struct BpeMerger
{
    private const int None = -1;
    private const int ShortPiece = 32;

    // Each merge makes at most two new pairs.
    private const int EntriesPerSymbol = 3;

    private readonly Span<int> _symbols;
    private readonly Span<int> _previous;
    private readonly Span<int> _next;
    private readonly Span<ulong> _heap;
    private readonly PairTable _ranks;
    private int _count;

    private BpeMerger(Span<int> symbols, Span<int> links, Span<ulong> heap, PairTable ranks)
    {
        _symbols = symbols;
        _previous = links[..symbols.Length];
        _next = links.Slice(symbols.Length, symbols.Length);
        _heap = heap;
        _ranks = ranks;
    }

    /// <summary>Merges in place and returns how many symbols are left.</summary>
    /// <param name="symbols">The symbols.</param>
    /// <param name="ranks">Which pairs are merged, and in which order.</param>
    /// <param name="mergedIds">What the pair of each rank becomes.</param>
    public static int Merge(Span<int> symbols, PairTable ranks, int[] mergedIds)
    {
        if (symbols.Length < 2)
        {
            return symbols.Length;
        }

        if (symbols.Length <= ShortPiece)
        {
            return new BpeMerger(symbols, stackalloc int[2 * ShortPiece], stackalloc ulong[EntriesPerSymbol * ShortPiece], ranks)
                .Merge(mergedIds);
        }

        int[] links = ArrayPool<int>.Shared.Rent(2 * symbols.Length);
        ulong[] heap = ArrayPool<ulong>.Shared.Rent(EntriesPerSymbol * symbols.Length);
        try
        {
            return new BpeMerger(symbols, links, heap, ranks).Merge(mergedIds);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(links);
            ArrayPool<ulong>.Shared.Return(heap);
        }
    }

    private int Merge(int[] mergedIds)
    {
        for (int i = 0; i < _symbols.Length; i++)
        {
            _previous[i] = i - 1;
            _next[i] = i + 1 < _symbols.Length ? i + 1 : None;
        }

        for (int i = 0; i + 1 < _symbols.Length; i++)
        {
            PushPair(i);
        }

        while (_count > 0)
        {
            ulong entry = Pop();
            MergeAt((int)(uint)entry, mergedIds[entry >> 32], mergedIds);
        }

        int written = 0;
        for (int i = 0; i != None; i = _next[i])
        {
            _symbols[written++] = _symbols[i];
        }

        return written;
    }

    private void MergeAt(int place, int merged, int[] mergedIds)
    {
        // The pair may be gone since: a symbol that was merged into the one before it is marked, and any other has changed its id.
        int right = _symbols[place] == None ? None : _next[place];
        if (right == None || _ranks.Get(_symbols[place], _symbols[right]) is not (>= 0 and var rank) || mergedIds[rank] != merged)
        {
            return;
        }

        _symbols[place] = merged;
        _symbols[right] = None;
        _next[place] = _next[right];
        if (_next[place] != None)
        {
            _previous[_next[place]] = place;
            PushPair(place);
        }

        if (_previous[place] != None)
        {
            PushPair(_previous[place]);
        }
    }

    /// <summary>Adds the pair that begins at a place, if it can be merged: the lowest rank comes first, then the leftmost place.</summary>
    private void PushPair(int place)
    {
        int rank = _ranks.Get(_symbols[place], _symbols[_next[place]]);
        if (rank >= 0)
        {
            Push(((ulong)rank << 32) | (uint)place);
        }
    }

    private void Push(ulong entry)
    {
        int i = _count++;
        while (i > 0 && _heap[(i - 1) / 2] > entry)
        {
            _heap[i] = _heap[(i - 1) / 2];
            i = (i - 1) / 2;
        }

        _heap[i] = entry;
    }

    private ulong Pop()
    {
        ulong least = _heap[0];
        ulong last = _heap[--_count];
        int i = 0;
        for (int child = 1; child < _count; child = (2 * i) + 1)
        {
            child += child + 1 < _count && _heap[child + 1] < _heap[child] ? 1 : 0;
            if (_heap[child] >= last)
            {
                break;
            }

            _heap[i] = _heap[child];
            i = child;
        }

        _heap[i] = last;
        return least;
    }
}
