using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Resift.Sqlite;

/// <summary>
/// A key with its value, as filters look it up: half of a SHA-256 hash, so that a value of any length is 16 bytes in the index, and two
/// pairs do not meet even if somebody tries.
/// </summary>
internal static class Label
{
    private const int Size = 16;

    public static byte[] Of(long collection, string key, string value)
    {
        // The length of the key keeps ("a", "bc") from being ("ab", "c"); the collection keeps a lookup within it.
        Span<byte> prefix = stackalloc byte[sizeof(long) + sizeof(int)];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, collection);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[sizeof(long)..], key.Length);
        return SHA256.HashData([.. prefix, .. Encoding.UTF8.GetBytes(key + value)])[..Size];
    }
}
