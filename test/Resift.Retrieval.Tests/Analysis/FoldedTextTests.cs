
namespace Resift.Retrieval.Tests.Text;

public sealed class FoldedTextTests
{
    [Theory]
    [InlineData("Café CAFÉ cafe\u0301", "cafe cafe cafe")]
    [InlineData("Crème Brûlée", "creme brule")]
    [InlineData("Việt İstanbul Ṕ", "viet istanbul p")]
    [InlineData("æther Øre łódź", "æther øre łodz")]
    [InlineData("ａｂｃ ＡＢＣ１２", "abc abc12 abc 12")]
    [InlineData("cat＇s", "cat")]
    [InlineData("ﬁle ﬂow oﬃce", "file flow offic")]
    [InlineData("CO₂ x² 10⁻⁹ m¹", "co2 co 2 x2 x 2 10 9 m1 m 1")]
    [InlineData("µm μm", "μm μm")]
    [InlineData("re\u00ADtrieval", "retriev")]
    [InlineData("zero\u200Bwidth", "zero width")]
    [InlineData("ｶﾞｲﾄﾞ ﾊﾟｿ ｳﾞ", "ガイ イド パソ ヴ")]
    [InlineData("か\u3099は\u309Aう\u3099", "がぱ ぱゔ")]
    [InlineData("\u1112\u1161\u11AB\u1100\u1173\u11AF", "한글")]
    [InlineData("a\uD800b \uDC00", "b")]
    public void Of_WaysToTypeTheSame_OneTerm(string text, string terms) => Assert.Equal(terms.Split(' '), TextAnalyzers.English(text));

    [Fact]
    public void Of_EveryAccentedLatinLetter_AsUnicodeDecomposesIt()
    {
        for (char letter = '\u00C0'; letter < '\u1F00'; letter = letter == '\u024F' ? '\u1E00' : (char)(letter + 1))
        {
            string decomposed = letter.ToString().Normalize(System.Text.NormalizationForm.FormD);
            if (decomposed.Length > 1 && char.IsAsciiLetter(decomposed[0]))
            {
                Assert.Equal(TextAnalyzers.English($"q{decomposed[0]}"), TextAnalyzers.English($"q{letter}"));
            }
        }
    }

    [Fact]
    public void Of_MarksWithoutEnd_EightAreKept() =>
        Assert.Equal(["ж" + new string('\u0301', 8)], TextAnalyzers.English("ж" + new string('\u0301', 100)));
}
