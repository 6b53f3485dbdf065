using System.IO.MemoryMappedFiles;
using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>A file mapped into memory for reading.</summary>
/// <remarks>
/// It is held open so that nobody who keeps to file locks changes it meanwhile. Where locks are only advice (Linux, macOS), a file that
/// another process shortens while it is mapped ends this process with a bus error when the lost part is read; replace model files
/// by renaming, never in place.
/// </remarks>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _start;

    private MappedFile(string path, FileStream stream)
    {
        Path = path;
        Length = stream.Length;
        _file = MemoryMappedFile.CreateFromFile(
            stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    public string Path { get; }

    public long Length { get; }

    /// <summary>Maps a file, which must be a regular one and not empty.</summary>
    public static MappedFile Open(string path)
    {
        var stream = RegularFile.Open(path);
        try
        {
            return new(path, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Gets a part of the file, valid until this object is disposed.</summary>
    public ReadOnlySpan<byte> Bytes(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        return offset >= 0 && length >= 0 && offset <= Length - length
            ? new(_start + offset, length)
            : throw new ArgumentOutOfRangeException(nameof(offset), $"Bytes {offset}..{offset + length} are not in a file of {Length} " +
                "bytes.");
    }

    public void Dispose()
    {
        if (_start is not null)
        {
            _start = null;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }

        _view.Dispose();
        _file.Dispose();
    }
}
