using System.Buffers.Binary;
using System.Text;

namespace Resift.Local.Tests.Tokenization;

/// <summary>Writes a table of replacements as SentencePiece does: a double-array trie, and the replacements behind it.</summary>
internal static class CharsMapWriter
{
    private const int Units = 1_024;

    /// <summary>Gets the table in base 64.</summary>
    public static string Write(params (string Key, string Value)[] entries)
    {
        using var texts = new MemoryStream();
        var values = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach ((string key, string value) in entries)
        {
            values[Convert.ToHexString(Encoding.UTF8.GetBytes(key))] = (int)texts.Length;
            texts.Write(Encoding.UTF8.GetBytes(value + '\0'));
        }

        uint[] units = new uint[Units];
        bool[] used = new bool[Units];

        // Nodes whose children begin at one place would share them.
        bool[] usedFirst = new bool[Units];
        used[0] = true;
        Place(0, "", 0);
        byte[] trie = new byte[Units * sizeof(uint)];
        for (int i = 0; i < Units; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(trie.AsSpan(i * sizeof(uint)), units[i]);
        }

        return Convert.ToBase64String([.. BitConverter.GetBytes((uint)trie.Length), .. trie, .. texts.ToArray()]);

        void Place(uint node, string prefix, uint label)
        {
            string[] children = [.. values.Keys.Where(key => key.Length > prefix.Length && key.StartsWith(prefix, StringComparison.Ordinal))
                .Select(key => key.Substring(prefix.Length, 2)).Distinct()];
            bool isKey = values.ContainsKey(prefix);
            uint[] labels = [.. children.Select(child => Convert.ToUInt32(child, 16)), .. isKey ? [0u] : Array.Empty<uint>()];
            uint first = 1;
            while (usedFirst[first] || labels.Any(each => used[first ^ each]))
            {
                first++;
            }

            usedFirst[first] = true;
            Array.ForEach(labels, each => used[first ^ each] = true);
            units[node] = ((node ^ first) << 10) | (isKey ? 1u << 8 : 0) | label;
            if (isKey)
            {
                units[first] = (1u << 31) | (uint)values[prefix];
            }

            foreach (string child in children)
            {
                uint next = Convert.ToUInt32(child, 16);
                Place(first ^ next, prefix + child, next);
            }
        }
    }
}
