using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Resift;

/// <summary>What a cache keeps of one answer, in bytes: scale, model and results, bound to its key by a checksum.</summary>
/// <param name="ScoreScale">What the scores mean.</param>
/// <param name="ModelId">The model that gave them.</param>
/// <param name="Results">The results in order; one, with the index 0, for a single document.</param>
/// <param name="TruncatedDocuments">The documents whose end was not read.</param>
internal sealed record CacheEntry(
    ScoreScale ScoreScale,
    string? ModelId,
    IReadOnlyList<RerankResult> Results,
    IReadOnlyList<TruncatedDocument> TruncatedDocuments)
{
    private const int ChecksumLength = 8;

    /// <summary>Reads an entry.</summary>
    /// <returns>Null for bytes that are not an entry of this key, such as a corrupt one.</returns>
    public static CacheEntry? Read(string key, byte[]? bytes)
    {
        if (bytes is null || bytes.Length < ChecksumLength ||
            !Checksum(key, bytes.AsSpan(ChecksumLength)).AsSpan().SequenceEqual(bytes.AsSpan(0, ChecksumLength)))
        {
            return null;
        }

        using var reader = new BinaryReader(new MemoryStream(bytes, ChecksumLength, bytes.Length - ChecksumLength));
        var scale = (ScoreScale)reader.ReadByte();
        string? model = reader.ReadBoolean() ? reader.ReadString() : null;
        var results = new RerankResult[reader.ReadInt32()];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = new(reader.ReadInt32(), reader.ReadDouble());
        }

        var truncated = new TruncatedDocument[reader.ReadInt32()];
        for (int i = 0; i < truncated.Length; i++)
        {
            truncated[i] = new(reader.ReadInt32(), reader.ReadInt32());
        }

        return new(scale, model, results, truncated);
    }

    public byte[] Write(string key)
    {
        using var stream = new MemoryStream();
        stream.SetLength(ChecksumLength);
        stream.Position = ChecksumLength;
        using var writer = new BinaryWriter(stream);
        writer.Write((byte)ScoreScale);
        writer.Write(ModelId is not null);
        if (ModelId is not null)
        {
            writer.Write(ModelId);
        }

        writer.Write(Results.Count);
        foreach (var (index, score) in Results)
        {
            writer.Write(index);
            writer.Write(score);
        }

        writer.Write(TruncatedDocuments.Count);
        foreach (var (index, tokensCut) in TruncatedDocuments)
        {
            writer.Write(index);
            writer.Write(tokensCut);
        }

        writer.Flush();
        byte[] bytes = stream.ToArray();
        Checksum(key, bytes.AsSpan(ChecksumLength)).CopyTo(bytes.AsSpan(0, ChecksumLength));
        return bytes;
    }

    // Against bytes that went bad, and entries under a wrong key; not against somebody who can write to the cache.
    private static byte[] Checksum(string key, ReadOnlySpan<byte> bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(key));
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
        return hash.GetHashAndReset()[..ChecksumLength];
    }
}
