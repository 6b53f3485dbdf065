using System.Globalization;
using System.Text;
using Resift.Local.Tokenization;

namespace Resift.Local.Tests.Tokenization;

public class CharacterTableTests
{
    /// <summary>Decompositions younger than the reference library's data: those of Unicode 13 and 16.</summary>
    private static readonly HashSet<int> _younger =
    [
        0x105C9, 0x105E4, 0x11383, 0x11385, 0x1138E, 0x11391, 0x113C5, 0x113C7, 0x113C8, 0x11938,
        0x16121, 0x16122, 0x16123, 0x16124, 0x16125, 0x16126, 0x16127, 0x16128, 0x16D68, 0x16D69, 0x16D6A,
    ];

    /// <summary>What Unicode 8 counted among the nonspacing marks and later versions do not.</summary>
    private static readonly HashSet<int> _formerNonspacing = [0x1734, 0x1171E];

    [Fact]
    public void StripAccents_EveryCodePoint_IsCanonicalDecompositionWithoutMarks()
    {
        Assert.SkipUnless("\u00E9".Normalize(NormalizationForm.FormD).Length == 2, "string.Normalize needs ICU");
        var table = new CharacterTable(new BertNormalization(false, false, StripAccents: true, false));
        foreach (Rune rune in AllRunes().Where(rune => !_younger.Contains(rune.Value)))
        {
            string text = rune.ToString();
            string decomposed = TryNormalize(text);
            string expected = string.Concat(decomposed.EnumerateRunes().Where(part => table.Get(part.Value).Kind != CharacterKind.Drop));

            Assert.True(expected == TextNormalizer.Normalize(table, text), $"U+{rune.Value:X}");
        }
    }

    [Fact]
    public void StripAccents_EveryDroppedCodePoint_IsANonspacingMark()
    {
        var table = new CharacterTable(new BertNormalization(false, false, StripAccents: true, false));
        List<Rune> dropped = [.. AllRunes().Where(rune => table.Get(rune.Value).Kind == CharacterKind.Drop)];

        Assert.Equal(1_567, dropped.Count);
        Assert.All(
            dropped.Where(rune => !_formerNonspacing.Contains(rune.Value)),
            rune => Assert.Equal(UnicodeCategory.NonSpacingMark, Rune.GetUnicodeCategory(rune)));
    }

    [Fact]
    public void Lowercase_EveryCodePoint_IsTheInvariantLowerCase()
    {
        var table = new CharacterTable(new BertNormalization(false, false, false, Lowercase: true));
        foreach (Rune rune in AllRunes())
        {
            // The table may know younger letters than the running .NET.
            string expected = Rune.ToLowerInvariant(rune).ToString();
            string actual = TextNormalizer.Normalize(table, rune.ToString());

            Assert.True(actual == expected || expected == rune.ToString(), $"U+{rune.Value:X}");
        }

        Assert.Equal("i\u0307", TextNormalizer.Normalize(table, "\u0130"));
    }

    [Fact]
    public void Kinds_EveryCodePoint_AgreeWithTheCategories()
    {
        var table = new CharacterTable(default);
        foreach (Rune rune in AllRunes())
        {
            CharacterKind kind = table.Get(rune.Value).Kind;

            Assert.True(Rune.IsWhiteSpace(rune) == (kind == CharacterKind.Space), $"U+{rune.Value:X}");
            if (kind == CharacterKind.Punctuation && rune.Value is not (0x166D or 0x111C9))
            {
                Assert.True(Rune.IsPunctuation(rune) || (rune.IsAscii && Rune.IsSymbol(rune)), $"U+{rune.Value:X}");
            }
            else
            {
                Assert.False(rune.Value < 0x600 && Rune.IsPunctuation(rune), $"U+{rune.Value:X}");
            }
        }
    }

    [Fact]
    public void CleanText_ControlAndPrivateUse_AreDropped()
    {
        var table = new CharacterTable(new BertNormalization(CleanText: true, false, false, false));

        const string Text = "\0a\tb\r\u00A0\u3000c\u200B\uFFFD\u007F d\uE000\uDB80\uDC00\uDBFF\uDFFD";
        Assert.Equal("a b   c d", TextNormalizer.Normalize(table, Text));
        Assert.Equal("\uDBFF\uDFFF\u0378", TextNormalizer.Normalize(table, "\uDBFF\uDFFF\u0378"));
    }

    [Fact]
    public void HandleChineseChars_Ideographs_StandBetweenBlanks()
    {
        var table = new CharacterTable(new BertNormalization(false, HandleChineseChars: true, StripAccents: true, false));

        Assert.Equal(
            "a \u6771  \u8C48  \uD842\uDFB7  \uD84A\uDC4A \u3042",
            TextNormalizer.Normalize(table, "a\u6771\uF900\uD842\uDFB7\uFACF\u3042"));
        Assert.Equal(" \u4E3D ", TextNormalizer.Normalize(table, "\uD87E\uDC00"));
    }

    private static IEnumerable<Rune> AllRunes() =>
        Enumerable.Range(0, 0x110000).Where(value => Rune.IsValid(value)).Select(value => new Rune(value));

    private static string TryNormalize(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormD);
        }
        catch (ArgumentException)
        {
            // Noncharacters are refused.
            return text;
        }
    }
}
