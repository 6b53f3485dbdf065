namespace Resift.Local.Inference;

/// <summary>
/// Zeroed memory that lies in pages of 2 MiB where Linux gives them to who asks, so that a forward pass, which reads all weights once, does
/// not wait for thousands of page table entries. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Pieces are cut one behind the other from address ranges, which take no memory before they are written to. What is given back returns to
/// the system at once; its addresses do with the last piece of their range.
/// </remarks>
internal static class LargePages
{
    private const nuint PageSize = 2 << 20;
    private const nuint RangeSize = 32 * PageSize;
    private const int AdviseDontNeed = 4; // MADV_DONTNEED
    private const int AdviseHugePage = 14; // MADV_HUGEPAGE

    private static readonly Lock _lock = new();
    private static readonly nuint _smallPage = (nuint)Environment.SystemPageSize;
    private static AddressRange? _current;

    /// <summary>Takes a piece that begins at a small page.</summary>
    /// <param name="bytes">Its size.</param>
    /// <returns>The piece; null where the system has no such memory, or no addresses left.</returns>
    public static LargePagePiece? TryTake(nuint bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        nuint size = Align(bytes, _smallPage);
        lock (_lock)
        {
            var range = _current;
            if (range is null || range.Free < size)
            {
                range = AddressRange.TryReserve(Math.Max(RangeSize, Align(size, PageSize)));
                if (range is null)
                {
                    return null;
                }

                // The one with more left stays open.
                if (_current is null || range.Free - size > _current.Free)
                {
                    _current = range;
                }
            }

            return new(range.Take(size), size, range);
        }
    }

    /// <summary>Returns a piece; its memory is gone.</summary>
    public static void Return(LargePagePiece piece)
    {
        lock (_lock)
        {
            if (piece.Range.Return(piece) && _current == piece.Range)
            {
                _current = null;
            }
        }
    }

    private static nuint Align(nuint value, nuint multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>Addresses that pieces are cut from.</summary>
    internal sealed class AddressRange
    {
        private readonly nint _mapping;
        private readonly nuint _mapped;
        private readonly nuint _end;
        private nuint _next;
        private int _pieces;

        private AddressRange(nint mapping, nuint mapped, nuint start, nuint size) =>
            (_mapping, _mapped, _next, _end) = (mapping, mapped, start, start + size);

        public nuint Free => _end - _next;

        public static AddressRange? TryReserve(nuint size)
        {
            // One page more, so that whole large pages can be aligned.
            nint mapping = LinuxMemory.Map(
                0, size + PageSize, LinuxMemory.Read | LinuxMemory.Write, LinuxMemory.PrivateAnonymous | LinuxMemory.NoReserve, -1, 0);
            if (mapping == -1)
            {
                return null;
            }

            nuint start = Align((nuint)mapping, PageSize);
            _ = LinuxMemory.Advise((nint)start, size, AdviseHugePage);
            return new(mapping, size + PageSize, start, size);
        }

        public nint Take(nuint size)
        {
            nuint taken = _next;
            _next += size;
            _pieces++;
            return (nint)taken;
        }

        /// <summary>Takes a piece back, and gives the addresses back with the last.</summary>
        public bool Return(LargePagePiece piece)
        {
            if (--_pieces == 0)
            {
                _ = LinuxMemory.Unmap(_mapping, _mapped);
                return true;
            }

            _ = LinuxMemory.Advise(piece.Pointer, piece.Size, AdviseDontNeed);
            return false;
        }
    }
}

/// <summary>Memory that <see cref="LargePages"/> has given out.</summary>
/// <param name="Pointer">Where it begins.</param>
/// <param name="Size">How many bytes it has.</param>
/// <param name="Range">What it was cut from.</param>
internal sealed record LargePagePiece(nint Pointer, nuint Size, LargePages.AddressRange Range);
