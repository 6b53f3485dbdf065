using System.Globalization;
using System.Text;

namespace Resift.Retrieval;

/// <summary>What a character is to the analyzer.</summary>
internal enum CharacterKind
{
    /// <summary>It parts words.</summary>
    Separator,

    /// <summary>A letter of a script that parts words by spaces.</summary>
    Letter,

    /// <summary>A digit, or what is written like one.</summary>
    Number,

    /// <summary>It belongs to the character before it.</summary>
    Mark,

    /// <summary>A character of a script without spaces between words.</summary>
    Unspaced,
}

/// <summary>Determines the kind of characters.</summary>
internal static class CharacterKinds
{
    /// <summary>Returns the kind of the character at a place of a text, and how many UTF-16 units it has.</summary>
    public static CharacterKind At(string text, int index, out int length)
    {
        length = 1;
        char first = text[index];
        if (first < 0x80)
        {
            return char.IsAsciiLetter(first) ? CharacterKind.Letter
                : char.IsAsciiDigit(first) ? CharacterKind.Number
                : CharacterKind.Separator;
        }

        // Half a surrogate pair is no character.
        if (!Rune.TryGetRuneAt(text, index, out var rune))
        {
            return CharacterKind.Separator;
        }

        length = rune.Utf16SequenceLength;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter => CharacterKind.Letter,
            UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber =>
                IsUnspaced(rune.Value) ? CharacterKind.Unspaced : CharacterKind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.OtherNumber => CharacterKind.Number,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => CharacterKind.Mark,
            _ => CharacterKind.Separator,
        };
    }

    private static bool IsUnspaced(int codePoint) => codePoint is
        (>= 0x0E00 and <= 0x0EFF) // Thai, Lao
        or (>= 0x1000 and <= 0x109F) or (>= 0xA9E0 and <= 0xA9FF) or (>= 0xAA60 and <= 0xAA7F) // Myanmar
        or (>= 0x1780 and <= 0x17FF) // Khmer
        or (>= 0x1100 and <= 0x11FF) or (>= 0x3131 and <= 0x318E) or (>= 0xA960 and <= 0xA97F) or (>= 0xAC00 and <= 0xD7FF) // Hangul
        or (>= 0x3040 and <= 0x30FF) or (>= 0x31F0 and <= 0x31FF) or (>= 0x1B000 and <= 0x1B16F) // Hiragana, Katakana
        or (>= 0x3005 and <= 0x3007) or (>= 0x3021 and <= 0x3029) or (>= 0x3400 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) // Han
        or (>= 0x20000 and <= 0x3FFFF);
}
