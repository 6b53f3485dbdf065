namespace Resift.Local.Tokenization;

/// <summary>Decomposes and composes code points as Unicode's normalization forms do (UAX #15). It never changes once it is made.</summary>
internal sealed class NormalizationTable
{
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int SyllableBase = 0xAC00;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Trails = 28;

    private static readonly Lazy<NormalizationTable> _canonical = new(() => new(compatibility: false));
    private static readonly Lazy<NormalizationTable> _compatibility = new(() => new(compatibility: true));

    private readonly CodePointTable _classes = new CodePointTable().With(NormalizationData.CombiningClasses);
    private readonly Dictionary<int, int[]> _decompositions = [];
    private readonly Dictionary<(int First, int Second), int> _compositions = [];

    private NormalizationTable(bool compatibility)
    {
        Read(NormalizationData.Canonical);
        FillCompositions();
        if (compatibility)
        {
            Read(NormalizationData.Compatibility);
        }
    }

    /// <summary>Gets the table of NFD and NFC.</summary>
    public static NormalizationTable Canonical => _canonical.Value;

    /// <summary>Gets the table of NFKD and NFKC.</summary>
    public static NormalizationTable Compatibility => _compatibility.Value;

    /// <summary>Gets the combining class of a code point.</summary>
    public byte CombiningClass(int codePoint) => _classes[codePoint];

    /// <summary>Writes the full decomposition of a code point, which is mostly the code point itself.</summary>
    public void Decompose(int codePoint, List<int> destination)
    {
        if (codePoint is >= SyllableBase and < SyllableBase + (Leads * Vowels * Trails))
        {
            Span<char> jamo = stackalloc char[3];
            foreach (char part in jamo[..CharacterTable.DecomposeHangul(codePoint, jamo)])
            {
                destination.Add(part);
            }
        }
        else if (_decompositions.TryGetValue(codePoint, out int[]? parts))
        {
            destination.AddRange(parts);
        }
        else
        {
            destination.Add(codePoint);
        }
    }

    /// <summary>Determines whether two code points are composed into one.</summary>
    public bool TryCompose(int first, int second, out int composite)
    {
        if (first is >= LeadBase and < LeadBase + Leads && second is >= VowelBase and < VowelBase + Vowels)
        {
            composite = SyllableBase + ((((first - LeadBase) * Vowels) + second - VowelBase) * Trails);
            return true;
        }

        int syllable = first - SyllableBase;
        if (syllable is >= 0 and < Leads * Vowels * Trails && syllable % Trails == 0 && second is > TrailBase and < TrailBase + Trails)
        {
            composite = first + second - TrailBase;
            return true;
        }

        return _compositions.TryGetValue((first, second), out composite);
    }

    private void Read(ReadOnlySpan<byte> data)
    {
        var reader = new UnicodeDataReader(data);
        while (reader.TryReadDecomposition(out int source, out ReadOnlySpan<int> targets))
        {
            _decompositions[source] = targets.ToArray();
        }
    }

    /// <summary>
    /// A code point is composed of what all but the last of its parts compose to, and the last: the data has decompositions only.
    /// </summary>
    private void FillCompositions()
    {
        var excluded = new CodePointTable().With(NormalizationData.NotComposed, 1);
        foreach ((int composite, int[] parts) in _decompositions.OrderBy(entry => entry.Value.Length))
        {
            if (parts.Length > 1 && excluded[composite] == 0)
            {
                int first = parts[0];
                foreach (int part in parts.AsSpan(1, parts.Length - 2))
                {
                    first = _compositions[(first, part)];
                }

                _compositions.Add((first, parts[^1]), composite);
            }
        }
    }
}
