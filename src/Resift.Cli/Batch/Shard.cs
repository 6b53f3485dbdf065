using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Resift.Cli;

/// <summary>One of the parts of a batch. A record falls to it by its key alone, wherever it stands in the input.</summary>
/// <param name="Index">Which part, counted from 0.</param>
/// <param name="Count">How many parts there are.</param>
internal readonly record struct Shard(int Index, int Count)
{
    public const string Expected = "a part and their number such as 3/16, counted from 0/16 to 15/16";

    private const int Most = 100_000;

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <returns>Null if it is something else.</returns>
    public static Shard? Parse(string text) => text.Split('/') is [var index, var count]
        && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int at)
        && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int of)
        && at < of && of <= Most
        ? new(at, of)
        : null;

    /// <summary>
    /// Determines whether a record falls to this part: by the first 64 bits of its key's SHA-256, modulo the number of parts.
    /// </summary>
    public bool Holds(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash) % (ulong)Count == (ulong)Index;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");
}
