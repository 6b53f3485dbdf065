using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Resift.Retrieval;

namespace Resift.Sqlite;

/// <summary>
/// The metadata of a document's passages, parted into what all of them have, which is kept once, and what some have. So an ordinary
/// document costs one entry for each key, however many passages it has.
/// </summary>
internal sealed class LabelSet
{
    private readonly IReadOnlyDictionary<string, string> _document;

    public LabelSet(IReadOnlyDictionary<string, string> document, IEnumerable<IReadOnlyDictionary<string, string>> passages)
    {
        _document = document;
        HashSet<KeyValuePair<string, string>>? common = null;
        foreach (var passage in passages)
        {
            var all = MetadataJson.Merge(document, passage);
            if (common is null)
            {
                common = [.. all];
            }
            else
            {
                common.IntersectWith(all);
            }
        }

        Common = common ?? [.. document];
    }

    /// <summary>Gets what every passage has.</summary>
    public HashSet<KeyValuePair<string, string>> Common { get; }

    /// <summary>Gets what a passage has beyond that.</summary>
    public IEnumerable<KeyValuePair<string, string>> Own(IReadOnlyDictionary<string, string> passage) =>
        MetadataJson.Merge(_document, passage).Where(pair => !Common.Contains(pair));
}

/// <summary>
/// A key with its value, as filters look it up: half of a SHA-256 hash, so that a value of any length is 16 bytes in the index, and two
/// pairs do not meet even if somebody tries.
/// </summary>
internal static class Label
{
    private const int Size = 16;

    public static byte[] Create(long collection, string key, string value)
    {
        // The length of the key keeps ("a", "bc") from being ("ab", "c"); the collection keeps a lookup within it.
        Span<byte> prefix = stackalloc byte[sizeof(long) + sizeof(int)];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, collection);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[sizeof(long)..], key.Length);
        return SHA256.HashData([.. prefix, .. Encoding.UTF8.GetBytes(key + value)])[..Size];
    }
}
