using Resift.Local.Configuration;
using Resift.Local.Tokenization;

namespace Resift.Local.Tests.Tokenization;

public class NormalizerTests
{
    [Theory]
    [InlineData("NFC", "e\u0301 \u212B \u1100\u1161\u11A8 \uAC00\u11A8", "\u00E9 \u00C5 \uAC01 \uAC01")]
    [InlineData("NFC", "\u0958 q\u0307\u0323 a\u0315\u0300\u05AE\u0062", "\u0915\u093C q\u0323\u0307 \u00E0\u05AE\u0315b")]
    [InlineData("NFC", "a\u0328\u0301 \u0301a \uFB01 \u00BD", "\u0105\u0301 \u0301a \uFB01 \u00BD")]
    [InlineData("NFC", "\u1E0B\u0323 s\u0307\u0323", "\u1E0D\u0307 \u1E69")]
    [InlineData("NFD", "\u00E9\u1EAD \uAC01 \uFB01 \U0001D15E", "e\u0301a\u0323\u0302 \u1100\u1161\u11A8 \uFB01 \U0001D157\U0001D165")]
    [InlineData("NFKC", "\uFB01 \u00BD \uFF21 \u200B\u2009| e\u0301 \u3300", "fi 1\u20442 A \u200B | \u00E9 \u30A2\u30D1\u30FC\u30C8")]
    [InlineData(
        "NFKD", "\uFDFA \u1E9B\u0323",
        "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 \u0648\u0633\u0644\u0645 s\u0323\u0307")]
    [InlineData("NFC", "\U00011935\U00011930", "\U00011935\U00011930")] // composed since Unicode 13, which the reference does not know
    [InlineData("Lowercase", "\u0130\u03A3 \u00C9 \U00010400", "i\u0307\u03C3 \u00E9 \U00010428")]
    [InlineData("StripAccents", "e\u0301\u00E9\u0903\u20DD", "e\u00E9")]
    [InlineData("Nmt", "a\u0001\tb\u200B\u00A0\uFFFD\u007Fc\u2581", "a b \u00A0 c ")]
    public void Apply_OneOfOneSetting_GivesTheFormOfTheReference(string type, string text, string expected) =>
        Assert.Equal(expected, Normalize($$"""{"type":"{{type}}"}""", text));

    [Theory]
    [InlineData("""{"type":"Strip","strip_left":true,"strip_right":false}""", "\u3000 a ", "a ")]
    [InlineData("""{"type":"Strip","strip_left":false,"strip_right":true}""", " a \n", " a")]
    [InlineData("""{"type":"Strip","strip_left":true,"strip_right":true}""", "   ", "")]
    [InlineData("""{"type":"Prepend","prepend":"_"}""", "a", "_a")]
    [InlineData("""{"type":"Replace","pattern":{"String":"ab"},"content":"x"}""", "abaab", "xax")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":" {2,}"},"content":"_"}""", "a b  c   d ", "a b_c_d ")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":" +"},"content":"_"}""", "a b  c", "a_b_c")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":"\\s+"},"content":""}""", "a \u3000\nb", "ab")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":"\\s"},"content":"_"}""", "a \u3000\nb", "a___b")]
    [InlineData(
        """{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"Sequence","normalizers":[{"type":"StripAccents"}]}]}""", "\u00E9",
        "e")]
    public void Apply_Settings_AreFollowed(string json, string text, string expected) => Assert.Equal(expected, Normalize(json, text));

    [Theory]
    [InlineData("NFC")]
    [InlineData("NFKD")]
    public void Apply_MillionMarksInTheWrongOrder_AreSortedByClass(string type)
    {
        const int Length = 1 << 19;
        string text = "q" + string.Concat(Enumerable.Repeat("\u0307\u0323", Length));

        string normalized = Normalize($$"""{"type":"{{type}}"}""", text);

        Assert.Equal("q" + new string('\u0323', Length) + new string('\u0307', Length), normalized);
    }

    [Theory]
    [InlineData("xa\u0301y", "x\u00E1y")] // a whole grapheme
    [InlineData("a\u0300", "b\u0300")] // which it is not
    [InlineData("\uFB01\u0301", "fi")] // the shortest beginning of a short grapheme, which loses the mark
    [InlineData("\uFB01\u0301\u0301", "fi\u0301\u0301")] // a long one keeps them
    [InlineData("\r\n-\r-\n", " - -\n")]
    [InlineData("z\u200Dz", "z\u200Dz")]
    [InlineData("dd", "")]
    [InlineData("\U0001D400\0", "A\0")]
    public void Apply_CharsMap_LooksUpShortGraphemesByTheirBeginning(string text, string expected)
    {
        string map = CharsMapWriter.Write(
            ("a\u0301", "\u00E1"), ("a\u0300x", "?"), ("\uFB01", "fi"), ("\r", " "), ("d", ""), ("\U0001D400", "A"),
            ("a\u0300", "b\u0300"));

        Assert.Equal(expected, Normalize(Precompiled(map), text));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(1_000)]
    public void Read_CharsMapCutOff_Throws(int length)
    {
        byte[] map = Convert.FromBase64String(CharsMapWriter.Write(("a", "b")));

        var error = Assert.Throws<InvalidDataException>(() => Normalize(Precompiled(Convert.ToBase64String(map[..length])), "a"));

        Assert.Contains("file: precompiled_charsmap is no table of replacements", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CharsMapWithAnyUnitDamaged_WorksOrThrows()
    {
        byte[] map = Convert.FromBase64String(CharsMapWriter.Write(("a", "b"), ("bc", "\u00E9"), ("\u00E9", "xyz")));
        var random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 2_000; i++)
        {
            byte[] damaged = [.. map];
            int units = random.Next(1, 4);
            for (int j = 0; j < units; j++)
            {
                // Most of the room is empty; the keys lie at its beginning.
                random.NextBytes(damaged.AsSpan(random.Next(4, 1_600), 2));
            }

            var error = Record.Exception(() => Normalize(Precompiled(Convert.ToBase64String(damaged)), "abc\u00E9 bc \u0301 xyz\uFFFF"));
            Assert.True(error is null or InvalidDataException, $"{i}: {error}");
            refused += error is null ? 0 : 1;
        }

        Assert.InRange(refused, 1, 1_999);
    }

    private static string Precompiled(string map) => $$"""{"type":"Precompiled","precompiled_charsmap":"{{map}}"}""";

    private static string Normalize(string json, string text)
    {
        using var document = System.Text.Json.JsonDocument.Parse(json);
        foreach (Normalizer normalizer in NormalizerReader.Read(new ConfigObject("file", document.RootElement)))
        {
            using var output = new TextBuffer();
            normalizer.Apply(text, output);
            text = output.Text.ToString();
        }

        return text;
    }
}
