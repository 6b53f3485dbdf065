using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Resift.Local.Inference;

/// <summary>
/// The panel that is multiplied next, on its way into the second-level cache while the one before it is computed with: a part for each
/// tile. Beyond the last panel of a layer lies what nobody asks for; a fetch of it does no harm.
/// </summary>
internal unsafe struct PanelAhead
{
    private const int CacheLine = 64;

    private readonly nint _part;
    private byte* _next;

    /// <summary>Begins behind a panel.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="column">The first output of the panel that is computed with now.</param>
    /// <param name="firstInput">The first input that is taken of it.</param>
    /// <param name="inputs">How many are.</param>
    /// <param name="tiles">How many tiles are computed with it.</param>
    public PanelAhead(PackedLinear layer, int column, int firstInput, int inputs, int tiles)
    {
        int panel = (column / layer.PanelWidth) + 1;
        _next = (byte*)layer.Panel(panel, firstInput);
        nint size = (nint)((byte*)layer.Panel(panel, firstInput + inputs) - _next);
        _part = ((size / tiles) + CacheLine - 1) / CacheLine * CacheLine;
    }

    /// <summary>Fetches the part of one tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FetchPart()
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        byte* end = _next + _part;
        for (; _next < end; _next += CacheLine)
        {
            Sse.Prefetch1(_next);
        }
    }
}
