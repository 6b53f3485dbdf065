using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Resift;

/// <summary>Writes answers into bytes and reads them again, bound to their key by a checksum.</summary>
/// <remarks>
/// Kept is what holds for the texts, whoever asks: scale, model, results, what was left unread, and the stages. Not what the call consumed
/// or how it came about: the next one consumes nothing.
/// </remarks>
internal static class CacheEntry
{
    private const int ChecksumLength = 8;

    // An answer's stages may have stages; bytes that go on for ever are not ours.
    private const int MaxDepth = 8;

    /// <summary>Reads an answer.</summary>
    /// <returns>Null for bytes that are not an entry of this key, such as a corrupt one.</returns>
    public static RerankResponse? Read(string key, byte[]? bytes)
    {
        if (bytes is null || bytes.Length < ChecksumLength ||
            !Checksum(key, bytes.AsSpan(ChecksumLength)).AsSpan().SequenceEqual(bytes.AsSpan(0, ChecksumLength)))
        {
            return null;
        }

        using var reader = new BinaryReader(new MemoryStream(bytes, ChecksumLength, bytes.Length - ChecksumLength));
        return ReadResponse(reader, 0);
    }

    public static byte[] Write(string key, RerankResponse response)
    {
        using var stream = new MemoryStream();
        stream.SetLength(ChecksumLength);
        stream.Position = ChecksumLength;
        using var writer = new BinaryWriter(stream);
        WriteResponse(writer, response);
        writer.Flush();
        byte[] bytes = stream.ToArray();
        Checksum(key, bytes.AsSpan(ChecksumLength)).CopyTo(bytes.AsSpan(0, ChecksumLength));
        return bytes;
    }

    private static RerankResponse ReadResponse(BinaryReader reader, int depth)
    {
        var scale = (ScoreScale)reader.ReadByte();
        string? model = reader.ReadBoolean() ? reader.ReadString() : null;
        var results = new RerankResult[reader.ReadInt32()];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = new(reader.ReadInt32(), reader.ReadDouble())
            {
                IsUnscored = reader.ReadBoolean(),
                Window = reader.ReadBoolean() ? new(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32()) : null,
            };
        }

        int queryTokensCut = reader.ReadInt32();
        var truncated = new TruncatedDocument[reader.ReadInt32()];
        for (int i = 0; i < truncated.Length; i++)
        {
            truncated[i] = new(reader.ReadInt32(), reader.ReadInt32());
        }

        var stages = new RerankResponse[depth < MaxDepth ? reader.ReadInt32() : 0];
        for (int i = 0; i < stages.Length; i++)
        {
            stages[i] = ReadResponse(reader, depth + 1);
        }

        return RerankResponse.Create(results, scale, topN: null) with
        {
            ModelId = model,
            Usage = RerankUsage.None with { QueryTokensCut = queryTokensCut, TruncatedDocuments = truncated },
            Stages = stages,
        };
    }

    private static void WriteResponse(BinaryWriter writer, RerankResponse response, int depth = 0)
    {
        writer.Write((byte)response.ScoreScale);
        writer.Write(response.ModelId is not null);
        if (response.ModelId is not null)
        {
            writer.Write(response.ModelId);
        }

        writer.Write(response.Results.Count);
        foreach (var result in response.Results)
        {
            writer.Write(result.Index);
            writer.Write(result.Score);
            writer.Write(result.IsUnscored);
            writer.Write(result.Window is not null);
            if (result.Window is var (start, length, windows))
            {
                writer.Write(start);
                writer.Write(length);
                writer.Write(windows);
            }
        }

        writer.Write(response.Usage?.QueryTokensCut ?? 0);
        var truncated = response.Usage?.TruncatedDocuments ?? [];
        writer.Write(truncated.Count);
        foreach (var (index, tokensCut) in truncated)
        {
            writer.Write(index);
            writer.Write(tokensCut);
        }

        if (depth < MaxDepth)
        {
            writer.Write(response.Stages.Count);
            foreach (var stage in response.Stages)
            {
                WriteResponse(writer, stage, depth + 1);
            }
        }
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
