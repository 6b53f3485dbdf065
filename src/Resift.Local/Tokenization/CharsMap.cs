using System.Buffers.Binary;
using System.Text;

namespace Resift.Local.Tokenization;

/// <summary>
/// The table of replacements of a SentencePiece model: a double-array trie of UTF-8 texts (Darts-clone), and behind it the replacements,
/// each ended by a zero.
/// </summary>
internal sealed class CharsMap
{
    // Those of real models have a quarter of a megabyte; checking costs some milliseconds for each.
    private const int MaxSize = 16 << 20;

    private readonly uint[] _units;
    private readonly byte[] _texts;
    private readonly Dictionary<int, string> _replacements = [];
    private readonly string _source;

    /// <param name="bytes">The table, as it lies in the model.</param>
    /// <param name="source">Where it stands, for messages.</param>
    /// <exception cref="InvalidDataException">It is cut off or damaged.</exception>
    public CharsMap(ReadOnlySpan<byte> bytes, string source)
    {
        _source = source;
        uint size = bytes.Length >= sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;
        if (size is 0 || size % sizeof(uint) != 0 || size > bytes.Length - sizeof(uint) || bytes.Length > MaxSize)
        {
            throw Damaged($"it has {bytes.Length} bytes and says that {size} of them are a trie");
        }

        _units = new uint[size / sizeof(uint)];
        for (int i = 0; i < _units.Length; i++)
        {
            _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[((i + 1) * sizeof(uint))..]);
        }

        _texts = bytes[(int)(size + sizeof(uint))..].ToArray();
        Check();
    }

    /// <summary>Gets what replaces a text: that of the shortest beginning of it which has a replacement.</summary>
    /// <returns>The replacement of the whole text, possibly empty; null where it stays as it is.</returns>
    public string? Find(ReadOnlySpan<byte> utf8)
    {
        uint node = Offset(_units[0]);
        foreach (byte label in utf8)
        {
            node ^= label;

            // A zero ends a text in the trie, and every unit that can be reached was found within bounds when the table was loaded.
            if (label == 0 || node >= _units.Length || Label(_units[node]) != label)
            {
                return null;
            }

            uint unit = _units[node];
            node ^= Offset(unit);
            if (HasValue(unit))
            {
                return _replacements[Value(_units[node])];
            }
        }

        return null;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1u << 9)) >> 6);

    private static uint Label(uint unit) => unit & ((1u << 31) | 0xFF);

    private static bool HasValue(uint unit) => ((unit >> 8) & 1) == 1;

    private static int Value(uint unit) => (int)(unit & int.MaxValue);

    /// <summary>Walks through all of the trie, and reads all replacements.</summary>
    private void Check()
    {
        bool[] seen = new bool[_units.Length];
        var pending = new Stack<uint>([0]);
        while (pending.TryPop(out uint place))
        {
            uint unit = _units[place];
            uint first = place ^ Offset(unit);
            if (HasValue(unit) && place != 0)
            {
                AddReplacement(first < _units.Length ? Value(_units[first]) : -1);
            }

            for (uint label = 1; label <= byte.MaxValue; label++)
            {
                uint child = first ^ label;
                if (child < _units.Length && Label(_units[child]) == label && !seen[child])
                {
                    seen[child] = true;
                    pending.Push(child);
                }
            }
        }
    }

    private void AddReplacement(int start)
    {
        if ((uint)start > (uint)_texts.Length)
        {
            throw Damaged($"a replacement begins at byte {start} of {_texts.Length}");
        }

        ReadOnlySpan<byte> text = _texts.AsSpan(start);
        int end = text.IndexOf((byte)0);
        text = end < 0 ? text : text[..end];
        try
        {
            _replacements[start] = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(text);
        }
        catch (DecoderFallbackException)
        {
            throw Damaged($"the replacement at byte {start} is not UTF-8");
        }
    }

    private InvalidDataException Damaged(string reason) =>
        new($"{_source} is no table of replacements of SentencePiece: {reason}; fetch the file again.");
}
