namespace Resift.Local.Tests.Tokenization;

public class UnigramModelTests
{
    private const string Metaspace = """{"type":"Metaspace","replacement":"\u2581","prepend_scheme":"always"}""";

    [Theory]
    [InlineData("ab", new[] { 4 })] // -3.5 is more than -4
    [InlineData("abc", new[] { 1, 5 })] // -5 is more than -5.5
    [InlineData("\u00E9\uD83D\uDE00", new[] { 8, 9 })]
    [InlineData("axyb", new[] { 1, 0, 2 })] // unknown characters that touch are one
    [InlineData("x", new[] { 0 })]
    [InlineData("", new int[0])]
    public void Encode_Text_IsCutByTheHighestSumOfScores(string text, int[] expected) =>
        Assert.Equal(expected, TokenizerFile.Load(TokenizerFile.Unigram).EncodeAll(text));

    [Fact]
    public void Encode_EqualSums_TheLongerTokenThatEndsThereIsFoundFirst()
    {
        string model = """{"type":"Unigram","unk_id":0,"vocab":[["?",0],["a",-1],["aa",-2],["aaa",-3]]}""";

        Assert.Equal([3], TokenizerFile.Load(model).EncodeAll("aaa"));
    }

    [Theory]
    [InlineData("a bc", new[] { 7, 6, 5 })]
    [InlineData(" a", new[] { 7 })]
    [InlineData("a  b ", new[] { 7, 6, 6, 2, 6 })]
    public void Encode_Metaspace_WordsBeginWithItsMark(string text, int[] expected) =>
        Assert.Equal(expected, TokenizerFile.Load(TokenizerFile.Unigram, preTokenizer: Metaspace).EncodeAll(text));

    [Theory]
    [InlineData(true, "a\u00E9", new[] { 1, 2, 3 })]
    [InlineData(true, "\u00E9\u00E8a", new[] { 0, 1 })] // one byte of them has no token
    [InlineData(false, "a\u00E9", new[] { 1, 0 })]
    public void Encode_ByteFallback_NeedsATokenForEachByte(bool isOn, string text, int[] expected)
    {
        string model =
            $$"""
            {"unk_id":0,"byte_fallback":{{(isOn ? "true" : "false")}},
             "vocab":[["<unk>",0],["a",-1],["<0xC3>",-9],["<0xA9>",-9]]}
            """;

        Assert.Equal(expected, TokenizerFile.Load(model).EncodeAll(text));
    }

    [Fact]
    public void Encode_MillionEqualCharacters_AreCut()
    {
        int[] ids = TokenizerFile.Load(TokenizerFile.Unigram, preTokenizer: Metaspace).EncodeAll(new string('a', 1 << 20));

        Assert.Equal([7, .. Enumerable.Repeat(1, (1 << 20) - 1)], ids);
    }

    [Fact]
    public void Encode_HalfSurrogate_CountsAsReplacementCharacter()
    {
        string model = """{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["\ufffd",-1],["\ud83d\ude00",-1],["a",-1]]}""";

        Assert.Equal([1, 3, 2, 1], TokenizerFile.Load(model).EncodeAll("\uDE00a\uD83D\uDE00\uD83D"));
    }
}
