using System.Runtime.InteropServices;

namespace Resift.Local.Inference;

/// <summary>
/// Zeroed floats outside the garbage-collected heap, aligned to a cache line. Freed by dispose, or at the latest by the finalizer.
/// </summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private const nuint Alignment = 64;
    private float* _pointer;

    public NativeBuffer(long length)
    {
        nuint bytes = checked((nuint)length * sizeof(float));
        _pointer = (float*)NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(_pointer, bytes);
        Length = length;
    }

    ~NativeBuffer() => Free();

    public long Length { get; }

    public float* Pointer => _pointer;

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
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
    }
}
