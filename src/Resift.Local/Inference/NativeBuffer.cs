using System.Runtime.InteropServices;

namespace Resift.Local.Inference;

/// <summary>
/// Zeroed floats outside the garbage-collected heap, aligned to a cache line. Freed by dispose, or at the latest by the finalizer.
/// </summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private const nuint Alignment = 64;

    // Below, rounding to whole pages would waste more than it gains.
    private const nuint SmallestLarge = 32 << 10;

    private readonly LargePagePiece? _piece;
    private readonly void* _allocation;
    private float* _pointer;

    public NativeBuffer(long length)
    {
        // Zeroed by the system, which has fresh pages: what no batch has reached yet takes no memory.
        nuint bytes = checked((nuint)length * sizeof(float));
        _piece = bytes < SmallestLarge ? null : LargePages.TryTake(bytes);
        _allocation = _piece is null ? NativeMemory.AllocZeroed(checked(bytes + Alignment)) : (void*)_piece.Pointer;
        _pointer = (float*)(((nuint)_allocation + Alignment - 1) & ~(Alignment - 1));
        Length = length;
    }

    ~NativeBuffer() => Free();

    public long Length { get; }

    public float* Pointer => _pointer;

    /// <summary>Gets how many floats take as much memory as some bytes.</summary>
    public static long Floats(long bytes) => (bytes + sizeof(float) - 1) / sizeof(float);

    public Span<float> Span(long start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + length, Length);
        return new(_pointer + start, length);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_pointer is null)
        {
            return;
        }

        _pointer = null;
        if (_piece is null)
        {
            NativeMemory.Free(_allocation);
        }
        else
        {
            LargePages.Return(_piece);
        }
    }
}
