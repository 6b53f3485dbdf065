using System.Buffers.Binary;
using System.Text;

namespace Resift.Local.Models;

/// <summary>A safetensors file: its header checked, its data mapped.</summary>
internal sealed class SafetensorsFile : IDisposable
{
    private const int LengthBytes = 8;

    // As in the reference implementation.
    private const int MaxHeaderBytes = 100_000_000;

    private readonly MappedFile _map;
    private readonly long _dataStart;

    private SafetensorsFile(MappedFile map, long dataStart, IReadOnlyList<TensorEntry> entries)
    {
        _map = map;
        _dataStart = dataStart;
        Entries = entries;
    }

    public string Path => _map.Path;

    public IReadOnlyList<TensorEntry> Entries { get; }

    public static SafetensorsFile Open(string path)
    {
        var map = MappedFile.Open(path);
        try
        {
            int headerLength = ReadHeaderLength(map);
            long dataStart = LengthBytes + headerLength;
            return new(map, dataStart, SafetensorsHeader.Parse(map.Bytes(LengthBytes, headerLength), path, map.Length - dataStart));
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

    /// <summary>Gets a part of a tensor's bytes.</summary>
    public ReadOnlySpan<byte> Bytes(TensorEntry entry, long offset, int length) => _map.Bytes(_dataStart + entry.Begin + offset, length);

    public void Dispose() => _map.Dispose();

    private static int ReadHeaderLength(MappedFile map)
    {
        if (map.Length < LengthBytes)
        {
            throw new InvalidDataException($"{map.Path}: the file has {map.Length} bytes, less than the header length alone: fetch it " +
                "again.");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(map.Bytes(0, LengthBytes));
        if (length > MaxHeaderBytes)
        {
            throw NotSafetensors(map, length);
        }

        return length <= (ulong)(map.Length - LengthBytes)
            ? (int)length
            : throw new InvalidDataException($"{map.Path}: the header length {length} exceeds the file size {map.Length}: an incomplete " +
                "download? Fetch the file again.");
    }

    /// <summary>Says what the file is instead. Only asked once the length is absurd: a sound one may begin with any byte.</summary>
    private static InvalidDataException NotSafetensors(MappedFile map, ulong length)
    {
        const int Looked = 64;
        var start = map.Bytes(0, (int)Math.Min(Looked, map.Length));
        if (start.StartsWith("version https://git-lfs"u8))
        {
            return new($"{map.Path} is a Git LFS pointer of {map.Length} bytes, not the weights: run 'git lfs pull' or download the " +
                "file itself.");
        }

        return start.TrimStart(" \t\r\n\uFEFF"u8).StartsWith("<"u8)
            ? new($"{map.Path} is not safetensors (it starts with '{Printable(start)}'): the download returned a web page.")
            : new($"{map.Path}: the header length {length} is not plausible (limit {MaxHeaderBytes}); the file starts with " +
                $"'{Printable(start)}' and is not safetensors.");
    }

    private static string Printable(ReadOnlySpan<byte> start)
    {
        const int Shown = 16;
        string text = Encoding.Latin1.GetString(start[..Math.Min(Shown, start.Length)]);
        return string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c : '.'));
    }
}
