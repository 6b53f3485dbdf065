using Resift.Local.Tokenization;
using Resift.Testing;

namespace Resift.Local.Tests.Tokenization;

public class TokenizerFolderTests
{
    private const string Vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\nThe\ncafe\ncaf\u00E9\n\u6771\n##s\n\u6771s\n!\n";

    [Fact]
    public void Load_BundledModel_KnowsItsSpecialTokens()
    {
        var tokenizer = TokenizerLoader.Load(TestData.InRepository("models/resift-mini-v2"));

        Assert.Equal([101, 102, 102], tokenizer.Template.JoinPair([], []).Ids);
        Assert.Equal(30_522, tokenizer.VocabularySize);
    }

    [Theory]
    [InlineData("models/resift-mini-v2")]
    [InlineData("models/all-MiniLM-L6-v2")]
    public void Load_VocabularyFileOnly_EncodesAsWithTokenizerJson(string model)
    {
        string folder = TestData.InRepository(model);
        using var copy = new TemporaryFolder();
        copy.Write("vocab.txt", File.ReadAllText(Path.Combine(folder, "vocab.txt")).ReplaceLineEndings("\r\n").Insert(0, "\uFEFF"));
        copy.Write("tokenizer_config.json", File.ReadAllText(Path.Combine(folder, "tokenizer_config.json")));
        var expected = TokenizerLoader.Load(folder);
        var actual = TokenizerLoader.Load(copy.Path);

        Assert.All(WordPieceTokenizerTests.Texts, row => Assert.Equal(Encode(expected, row.Data.Item1), Encode(actual, row.Data.Item1)));
        Assert.Equal(expected.VocabularySize, actual.VocabularySize);
    }

    [Theory]
    [InlineData("{}", new[] { 5, 5, 7, 9, 1, 12 })]
    [InlineData("""{"do_lower_case":true,"strip_accents":false}""", new[] { 5, 5, 8, 9, 1, 12 })]
    [InlineData("""{"do_lower_case":false}""", new[] { 6, 5, 8, 9, 1, 12 })]
    [InlineData("""{"do_lower_case":false,"strip_accents":true}""", new[] { 6, 5, 7, 9, 1, 12 })]
    [InlineData("""{"tokenize_chinese_chars":false}""", new[] { 5, 5, 7, 11, 12 })]
    public void Load_VocabularyFile_FollowsTheConfiguration(string configuration, int[] expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.txt", Vocabulary);
        folder.Write("tokenizer_config.json", configuration);

        Assert.Equal(expected, Encode(TokenizerLoader.Load(folder.Path), "The the caf\u00E9 \u6771s!"));
    }

    [Fact]
    public void Load_OtherSpecialTokens_AreTakenFromTheMap()
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.txt", "<pad>\n<unk>\n<s>\n</s>\n\na\n<extra>\n");
        folder.Write("special_tokens_map.json", """
            {"unk_token":"<unk>","cls_token":{"content":"<s>","lstrip":false},"sep_token":"</s>","pad_token":"<pad>",
             "additional_special_tokens":["<extra>","<absent>"]}
            """);

        var tokenizer = TokenizerLoader.Load(folder.Path);

        Assert.Equal([2, 3, 3], tokenizer.Template.JoinPair([], []).Ids);
        Assert.Equal(7, tokenizer.VocabularySize);
        Assert.Equal([5, 6, 5, 3, 1], Encode(tokenizer, "a<extra>a</s>b"));
    }

    [Theory]
    [InlineData("[SEP]")]
    [InlineData("[CLS]")]
    [InlineData("[UNK]")]
    public void Load_SpecialTokenMissing_NamesFileAndToken(string token)
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.txt", Vocabulary.Replace(token, "x", StringComparison.Ordinal));

        var error = Assert.Throws<InvalidDataException>(() => TokenizerLoader.Load(folder.Path));

        Assert.Contains("vocab.txt", error.Message, StringComparison.Ordinal);
        Assert.Contains(token, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TokenOnTwoLines_NamesBoth()
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.txt", Vocabulary + "the\n");

        var error = Assert.Throws<InvalidDataException>(() => TokenizerLoader.Load(folder.Path));

        Assert.Contains("'the' is on the lines 6 and 14", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"13":{"content":"<q>","normalized":false}}""", "")]
    [InlineData("""{"13":{"content":"the"}}""", "'the' has the id 13, but in the vocabulary it has 5")]
    [InlineData("""{"-1":{"content":"<q>"}}""", "from 0 on")]
    [InlineData("""{"x":{"content":"<q>"}}""", "added_tokens_decoder")]
    [InlineData("""{"13":{}}""", "added_tokens_decoder")]
    [InlineData("""{"13":null}""", "added_tokens_decoder: 13 must be an object, found null")]
    [InlineData("""{"14":{"content":"<q>"}}""", "the ids of 14 tokens must be 0 to 13, each once, but 14 is one of them")]
    [InlineData("""{"12":{"content":"<q>"}}""", "each once, but 12 is there twice")]
    public void Load_AddedTokensDecoder_IsReadOrSaysWhatIsWrong(string tokens, string named)
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.txt", Vocabulary);
        folder.Write("tokenizer_config.json", $$"""{"added_tokens_decoder":{{tokens}}}""");

        if (named.Length == 0)
        {
            var tokenizer = TokenizerLoader.Load(folder.Path);

            Assert.Equal([5, 13, 3, 5], Encode(tokenizer, "the<q>[SEP] the"));
            Assert.Equal(14, tokenizer.VocabularySize);
            return;
        }

        var error = Assert.Throws<InvalidDataException>(() => TokenizerLoader.Load(folder.Path));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EmptyLines_KeepTheirIdsAndMatchNothing()
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.txt", "[PAD]\n\n[UNK]\n[CLS]\n\n[SEP]\na");

        Assert.Equal([6, 2], Encode(TokenizerLoader.Load(folder.Path), "a b"));
    }

    [Fact]
    public void Load_NeitherFile_NamesWhatIsThere()
    {
        using var folder = new TemporaryFolder();
        folder.Write("spiece.model", "x");

        var error = Assert.Throws<FileNotFoundException>(() => TokenizerLoader.Load(folder.Path));

        Assert.Contains("spiece.model", error.Message, StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => TokenizerLoader.Load(Path.Combine(folder.Path, "absent")));
    }

    [Theory]
    [InlineData("BertJapaneseTokenizer")]
    [InlineData("XLMRobertaTokenizerFast")]
    public void Load_VocabularyOfAnotherTokenizer_IsNotSupported(string name)
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.txt", Vocabulary);
        folder.Write("tokenizer_config.json", $$"""{"tokenizer_class":"{{name}}"}""");

        var error = Assert.Throws<NotSupportedException>(() => TokenizerLoader.Load(folder.Path));

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_DamagedFiles_AreNamed()
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.txt", Vocabulary);
        folder.Write("tokenizer_config.json", "{\"do_lower_case\":");
        Assert.Contains("tokenizer_config.json", Error(), StringComparison.Ordinal);

        folder.Write("tokenizer_config.json", "[]");
        Assert.Contains("tokenizer_config.json", Error(), StringComparison.Ordinal);

        folder.Write("tokenizer_config.json", "{}");
        File.WriteAllBytes(Path.Combine(folder.Path, "vocab.txt"), [0x61, 0xFF, 0xFE]);
        Assert.Contains("vocab.txt", Error(), StringComparison.Ordinal);

        string Error() => Assert.Throws<InvalidDataException>(() => TokenizerLoader.Load(folder.Path)).Message;
    }

    [ReferenceTheory("golden/models")]
    [InlineData("vocab-no-sep", "[SEP]")]
    [InlineData("vocab-duplicate", "'a'")]
    public void Load_BrokenGoldenFolder_Throws(string name, string named)
    {
        string folder = TestData.Shared($"golden/models/broken/{name}");

        var error = Assert.Throws<InvalidDataException>(() => TokenizerLoader.Load(folder));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [ReferenceTheory("golden/models")]
    [InlineData("good", 60)]
    [InlineData("vocab-short", 50)]
    [InlineData("vocab-long", 70)]
    public void VocabularySize_GoldenFolder_IsTheNumberOfLines(string name, int expected) =>
        Assert.Equal(expected, TokenizerLoader.Load(TestData.Shared($"golden/models/broken/{name}")).VocabularySize);

    private static int[] Encode(Tokenizer tokenizer, string text)
    {
        int[] ids = new int[text.Length * 3];
        return ids[..tokenizer.Encode(text, ids)];
    }
}
