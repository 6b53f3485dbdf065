using Resift.Local.Tokenization;

namespace Resift.Local.Tests.Tokenization;

public class PieceStageTests
{
    [Theory]
    [InlineData("Isolated", false, "-|-|a|-|b|-")]
    [InlineData("Removed", false, "a|b")]
    [InlineData("Removed", true, "-|-|-|-")]
    [InlineData("Contiguous", false, "--|a|-|b|-")]
    [InlineData("MergedWithPrevious", false, "-|-|a-|b-")]
    [InlineData("MergedWithPrevious", true, "-|-a|-b|-")]
    [InlineData("MergedWithNext", false, "-|-a|-b|-")]
    public void Split_Behavior_DecidesWhatBecomesOfMatches(string behavior, bool isInverted, string expected) =>
        Assert.Equal(expected, PieceList.Cut(
            next => new SplitStage(new LiteralPattern("-"), Enum.Parse<SplitBehavior>(behavior), isInverted, next), "--a-b-"));

    [Theory]
    [InlineData("Always", true, true, "a b", "^_a|_b")]
    [InlineData("Always", true, false, " a  b", "_a|_|_b")]
    [InlineData("First", true, false, "a b", "a|_b")]
    [InlineData("First", true, true, "a b", "^_a|_b")]
    [InlineData("Never", true, true, "a b", "^a|_b")]
    [InlineData("Always", false, true, "a b", "^_a_b")]
    public void Metaspace_Scheme_DecidesWhichPiecesGetAMark(string scheme, bool splits, bool isFirst, string piece, string expected) =>
        Assert.Equal(expected, PieceList.Cut(
            next => new MetaspaceStage('_', Enum.Parse<PrependScheme>(scheme), splits, next), piece, isFirst));

    [Theory]
    [InlineData("a1b", "\u0120a1b")]
    [InlineData(" \n\u00E9\u00AD", "\u0120\u010A\u00C3\u00A9\u00C2\u0143")]
    public void ByteLevel_Piece_ShowsItsBytes(string piece, string expected) =>
        Assert.Equal(expected, PieceList.Cut(next => new PrefixSpaceStage(new ByteLevelStage(next)), piece));

    [Theory]
    [InlineData("""{"type":"WhitespaceSplit"}""", "a\u3000b \u2028c", new[] { 1, 2, 3 })]
    [InlineData("""{"type":"Punctuation"}""", "a!b$a\u3002b", new[] { 1, 0, 2, 0, 1, 0, 2 })]
    [InlineData("""{"type":"Digits"}""", "ab12ab", new[] { 4, 0, 4 })]
    [InlineData("""{"type":"Digits","individual_digits":true}""", "ab12ab", new[] { 4, 0, 0, 4 })]
    [InlineData("""{"type":"Split","pattern":{"String":"b"},"behavior":"Isolated"}""", "abcab", new[] { 1, 2, 3, 1, 2 })]
    [InlineData("""{"type":"Sequence","pretokenizers":[]}""", "abcx", new[] { 6, 0 })]
    [InlineData(
        """
        {"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Digits"},{"type":"Punctuation","behavior":"Removed"}]}
        """,
        "ab1 !ab", new[] { 4, 0, 4 })]
    public void Load_PreTokenizer_CutsTheText(string preTokenizer, string text, int[] expected) =>
        Assert.Equal(expected, TokenizerFile.Load(TokenizerFile.Bpe, preTokenizer: preTokenizer).EncodeAll(text));

    [Theory]
    [InlineData("""{"type":"Metaspace","replacement":"\u2581","add_prefix_space":true}""", new[] { 7 })]
    [InlineData("""{"type":"Metaspace","replacement":"\u2581","add_prefix_space":false}""", new[] { 1 })]
    [InlineData("""{"type":"Metaspace","replacement":"\u2581"}""", new[] { 7 })]
    public void Load_OlderMetaspace_IsUnderstood(string preTokenizer, int[] expected) =>
        Assert.Equal(expected, TokenizerFile.Load(TokenizerFile.Unigram, preTokenizer: preTokenizer).EncodeAll("a"));

    [Fact]
    public void Encode_FirstSchemeBesideOtherParts_MarksOnlyWhatTheTextBeginsWith()
    {
        const string First = """{"type":"Metaspace","replacement":"\u2581","prepend_scheme":"first"}""";
        const string Strip = """{"type":"Strip","strip_left":true,"strip_right":false}""";
        const string Added = """{"id":10,"content":"[m]"}""";
        var tokenizer = TokenizerFile.Load(TokenizerFile.Unigram, Strip, First, added: Added);

        Assert.Equal([7, 10, 1], tokenizer.EncodeAll("a[m]a"));
        Assert.Equal([10, 1], tokenizer.EncodeAll("[m]a"));
        Assert.Equal([1], tokenizer.EncodeAll(" a"));
    }
}
