namespace Resift.Local.Tokenization;

/// <summary>What becomes of a code point: its kind and, for most kinds, the code point that replaces it.</summary>
/// <param name="Bits">The code point, or the number of the expansion, above the eight bits of the kind.</param>
internal readonly record struct Character(uint Bits)
{
    public Character(CharacterKind kind, int codePoint)
        : this(((uint)codePoint << 8) | (uint)kind)
    {
    }

    public CharacterKind Kind => (CharacterKind)(byte)Bits;

    public int CodePoint => (int)(Bits >> 8);
}

/// <summary>How the tokenizer treats a code point.</summary>
internal enum CharacterKind : byte
{
    /// <summary>Part of a word.</summary>
    Letter,

    /// <summary>Ends a word.</summary>
    Space,

    /// <summary>A word of its own.</summary>
    Punctuation,

    /// <summary>A word of its own, which the normalizer achieves by blanks on both sides.</summary>
    Ideograph,

    /// <summary>Vanishes without ending the word around it.</summary>
    Drop,

    /// <summary>Becomes several code points, each with its own entry.</summary>
    Expand,

    /// <summary>A Hangul syllable that is decomposed into its two or three jamo.</summary>
    Hangul,

    /// <summary>Half of a code point above U+FFFF, or half of nothing.</summary>
    Surrogate,
}
