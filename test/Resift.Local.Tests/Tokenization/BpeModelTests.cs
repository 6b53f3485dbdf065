namespace Resift.Local.Tests.Tokenization;

public class BpeModelTests
{
    private const string Runs =
        """{"type":"BPE","vocab":{"a":0,"aa":1,"aaaa":2,"b":3},"merges":["a a","aa aa"]}""";

    [Theory]
    [InlineData("abc", new[] { 6 })] // "a b" was learned before "b c"
    [InlineData("bcab", new[] { 5, 4 })]
    [InlineData("bbcc", new[] { 2, 5, 3 })]
    [InlineData("abd", new[] { 4, 7 })] // a token that no merge makes is not found
    [InlineData("axya", new[] { 1, 0, 1 })] // unknown characters that touch are one
    [InlineData("\uD83D\uDE00", new[] { 0 })]
    [InlineData("", new int[0])]
    public void Encode_Merges_AreAppliedInTheirOrder(string text, int[] expected) =>
        Assert.Equal(expected, TokenizerFile.Load(TokenizerFile.Bpe).EncodeAll(text));

    [Theory]
    [InlineData(3, new[] { 1, 0 })] // of equal pairs the leftmost is merged first
    [InlineData(7, new[] { 2, 1, 0 })]
    [InlineData(8, new[] { 2, 2 })]
    public void Encode_EqualPairs_AreMergedFromTheLeft(int length, int[] expected) =>
        Assert.Equal(expected, TokenizerFile.Load(Runs).EncodeAll(new string('a', length)));

    [Theory]
    [InlineData("ignore_merges", "abd", new[] { 8 })]
    [InlineData("byte_fallback", "a\u00E9x", new[] { 1, 9, 10, 0 })] // all bytes of x have no token
    [InlineData("fuse_unk", "xya", new[] { 0, 1 })]
    [InlineData("dropped", "xya", new[] { 0, 0, 1 })]
    public void Encode_Setting_IsFollowed(string setting, string text, int[] expected)
    {
        string model =
            $$"""
            {"type":"BPE","unk_token":"<unk>","{{setting}}":true,"continuing_subword_prefix":"","dropout":null,
             "vocab":{"<unk>":0,"a":1,"b":2,"c":3,"ab":4,"bc":5,"abc":6,"d":7,"abd":8,"<0xC3>":9,"<0xA9>":10},
             "merges":["#version: 0.2","a b"]}
            """;

        Assert.Equal(expected, TokenizerFile.Load(model).EncodeAll(text));
    }

    [Fact]
    public void Encode_WithoutUnknownToken_DropsWhatTheVocabularyLacks() =>
        Assert.Equal([0, 3, 0], TokenizerFile.Load(Runs).EncodeAll("axb\u6771a"));

    [Theory]
    [InlineData("ByteLevel", "a a\u00E9", new[] { 1, 11, 12, 13 })]
    [InlineData("prefixed", "a", new[] { 11 })]
    public void Encode_ByteLevel_ShowsBytesAsCharacters(string kind, string text, int[] expected)
    {
        string preTokenizer = $$"""{"type":"ByteLevel","add_prefix_space":{{(kind == "prefixed" ? "true" : "false")}}}""";

        Assert.Equal(expected, TokenizerFile.Load(TokenizerFile.Bpe, preTokenizer: preTokenizer).EncodeAll(text));
    }

    [Fact]
    public void Encode_MillionEqualCharacters_AreMerged()
    {
        int[] ids = TokenizerFile.Load(Runs).EncodeAll(new string('a', (1 << 20) + 3));

        Assert.Equal((1 << 18) + 2, ids.Length);
        Assert.Equal([2, 1, 0], ids[^3..]);
    }

    [Fact]
    public void Encode_RandomPieces_EqualsMergingOnePairAtATime()
    {
        (string First, string Second)[] merges = [("a", "b"), ("b", "a"), ("ab", "a"), ("ab", "ab"), ("ba", "b"), ("aba", "b"), ("a", "a")];
        string[] vocabulary = ["a", "b", .. merges.Select(merge => merge.First + merge.Second).Distinct()];
        string tokens = string.Join(',', vocabulary.Select((token, id) => $"\"{token}\":{id}"));
        string pairs = string.Join(',', merges.Select(merge => $"\"{merge.First} {merge.Second}\""));
        var tokenizer = TokenizerFile.Load($$"""{"type":"BPE","vocab":{{{tokens}}},"merges":[{{pairs}}]}""");
        var random = new Random(5);
        for (int i = 0; i < 500; i++)
        {
            string text = new(random.GetItems("ab".AsSpan(), random.Next(1, 60)));
            List<string> symbols = [.. text.Select(character => $"{character}")];
            while (Array.FindIndex(merges, merge => Place(symbols, merge) >= 0) is >= 0 and var rank)
            {
                int place = Place(symbols, merges[rank]);
                symbols[place] += symbols[place + 1];
                symbols.RemoveAt(place + 1);
            }

            Assert.Equal(symbols.Select(symbol => Array.IndexOf(vocabulary, symbol)), tokenizer.EncodeAll(text));
        }

        static int Place(List<string> symbols, (string First, string Second) merge)
        {
            for (int i = 0; i + 1 < symbols.Count; i++)
            {
                if ((symbols[i], symbols[i + 1]) == merge)
                {
                    return i;
                }
            }

            return -1;
        }
    }
}
