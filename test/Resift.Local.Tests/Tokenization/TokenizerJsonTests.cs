using Resift.Local.Tokenization;

namespace Resift.Local.Tests.Tokenization;

public class TokenizerJsonTests
{
    private const string Normalizer =
        """{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}""";

    private const string Template =
        """
        {"type":"TemplateProcessing",
         "single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
                   {"SpecialToken":{"id":"[SEP]","type_id":0}}],
         "pair":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
                 {"SpecialToken":{"id":"[SEP]","type_id":0}},
                 {"Sequence":{"id":"B","type_id":1}},{"SpecialToken":{"id":"[SEP]","type_id":1}}]}
        """;

    private const string Vocabulary = """{"[UNK]":0,"[CLS]":1,"[SEP]":2,"a":3,"b":4,"##c":5,"\u00e9\"":6,"d":9,"c":7,"ab":8}""";

    private const string Model =
        $$"""
        {"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":4,
         "vocab":{{Vocabulary}}}
        """;

    [Fact]
    public void Load_Settings_AreFollowed()
    {
        WordPieceTokenizer tokenizer = Load(added: "");

        Assert.Equal((1, 2, 0, 10), (tokenizer.ClsId, tokenizer.SepId, tokenizer.UnkId, tokenizer.VocabularySize));
        Assert.Equal([3, 5, 5, 5, 0, 8, 5, 5, 0], Encode(tokenizer, "Accc acccc abcc abd"));
    }

    [Theory]
    [InlineData("", "xabx ab", new[] { 0, 8 })]
    [InlineData("\"normalized\":false", "a[m]b [M]", new[] { 3, 20, 4, 0, 0, 0 })]
    [InlineData("\"normalized\":true", "a[m]b [M]", new[] { 3, 20, 4, 20 })]
    [InlineData("\"single_word\":true", "a[m] [m]b [m] .[m], [m]", new[] { 3, 0, 0, 0, 0, 0, 0, 4, 20, 0, 20, 0, 20 })]
    [InlineData("\"lstrip\":true,\"rstrip\":true", "a  [m]\tb", new[] { 3, 20, 4 })]
    public void Encode_AddedToken_IsFoundAsItsFlagsSay(string flags, string text, int[] expected)
    {
        string added = flags.Length == 0 ? "" : $$"""{"id":20,"content":"[m]",{{flags}}}""";

        Assert.Equal(expected, Encode(Load(added), text));
    }

    [Fact]
    public void Encode_AddedTokensThatOverlap_TheLeftmostAndLongestWins()
    {
        WordPieceTokenizer tokenizer = Load("""{"id":20,"content":"<a"},{"id":21,"content":"<ab>"},{"id":22,"content":"b>c"}""");

        Assert.Equal([21, 7, 3, 22, 20, 4], Encode(tokenizer, "<ab>c ab>c<ab"));
        Assert.Equal(23, tokenizer.VocabularySize);
    }

    [Fact]
    public void Encode_NormalizedAddedToken_IsNormalizedAsTheTextIs()
    {
        WordPieceTokenizer tokenizer = Load(
            """{"id":20,"content":"\u00c9A b","normalized":true},{"id":21,"content":"\u6771","normalized":true}""");

        Assert.Equal([20, 7], Encode(tokenizer, "e\u0301a\u00A0b c"));
        Assert.Equal([3, 21, 4], Encode(tokenizer, "a\u6771b"));
        Assert.Equal([3, 20, 7], Encode(tokenizer, "a\u00E9a bc"));
    }

    [Theory]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0},"merges":[]}""", "BPE")]
    [InlineData("model", """{"type":"Unigram","vocab":[["a",0.5]]}""", "Unigram")]
    [InlineData("normalizer", """{"type":"NFC"}""", "NFC")]
    [InlineData("normalizer", "null", "null")]
    [InlineData("pre_tokenizer", """{"type":"Metaspace"}""", "Metaspace")]
    [InlineData("post_processor", """{"type":"RobertaProcessing"}""", "RobertaProcessing")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","single":[],"pair":[]}""", "template")]
    public void Load_AnotherKindOfTokenizer_IsNotSupportedAndNamed(string part, string json, string named)
    {
        var error = Assert.Throws<NotSupportedException>(() => LoadWith(part, json));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains("tokenizer.json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"BertProcessing","sep":["[SEP]",2],"cls":["[CLS]",1]}""")]
    [InlineData("null")]
    public void Load_OlderPostProcessor_IsUnderstood(string json)
    {
        WordPieceTokenizer tokenizer = LoadWith("post_processor", json);

        Assert.Equal((1, 2), (tokenizer.ClsId, tokenizer.SepId));
    }

    [Theory]
    [InlineData("{\"a\":0,\"a\":1}", "'a' has the ids 0 and 1")]
    [InlineData("{\"a\":-1}", "'a' must be a whole number")]
    [InlineData("{\"a\":1.5}", "'a' must be a whole number")]
    [InlineData("{\"a\":\"1\"}", "'a' must be a whole number")]
    [InlineData("{\"a\":0}", "no token '[UNK]'")]
    [InlineData("{\"[UNK]\":0,\"[CLS]\":1}", "no token '[SEP]'")]
    [InlineData("{\"\\ud800\":0}", "tokenizer.json")]
    [InlineData("{\"a\":", "tokenizer.json")]
    public void Load_DamagedVocabulary_SaysWhatIsWrong(string vocabulary, string named)
    {
        string model = Model.Replace(Vocabulary, vocabulary, StringComparison.Ordinal);

        var error = Assert.Throws<InvalidDataException>(() => LoadWith("model", model));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("not json")]
    public void Load_NoJsonObject_NamesTheFile(string content)
    {
        using var folder = new TemporaryFolder();
        folder.Write("tokenizer.json", content);

        var error = Assert.Throws<InvalidDataException>(() => WordPieceTokenizer.Load(folder.Path));

        Assert.Contains("tokenizer.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AddedTokenWithAnotherIdThanTheVocabulary_Throws() =>
        Assert.Throws<InvalidDataException>(() => Load("""{"id":4,"content":"a"}"""));

    [Fact]
    public void Load_AddedTokenWithNegativeId_Throws() =>
        Assert.Throws<InvalidDataException>(() => Load("""{"id":-1,"content":"<q>"}"""));

    private static WordPieceTokenizer Load(string added) => LoadWith("added_tokens", $"[{added}]");

    private static WordPieceTokenizer LoadWith(string part, string json)
    {
        var parts = new Dictionary<string, string>
        {
            ["truncation"] = """{"max_length":1}""",
            ["added_tokens"] = "[]",
            ["normalizer"] = Normalizer,
            ["pre_tokenizer"] = """{"type":"BertPreTokenizer"}""",
            ["post_processor"] = Template,
            ["model"] = Model,
            [part] = json,
        };
        using var folder = new TemporaryFolder();
        folder.Write("tokenizer.json", $"{{{string.Join(',', parts.Select(item => $"\"{item.Key}\":{item.Value}"))}}}");
        return WordPieceTokenizer.Load(folder.Path);
    }

    private static int[] Encode(WordPieceTokenizer tokenizer, string text)
    {
        int[] ids = new int[(text.Length * 3) + 1];
        return ids[..tokenizer.Encode(text, ids)];
    }
}
