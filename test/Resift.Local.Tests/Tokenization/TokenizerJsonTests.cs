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
        Tokenizer tokenizer = Load(added: "");

        Assert.Equal([1, 2, 2], tokenizer.Template.JoinPair([], []).Ids);
        Assert.Equal(10, tokenizer.VocabularySize);
        Assert.Equal([3, 5, 5, 5, 0, 8, 5, 5, 0], Encode(tokenizer, "Accc acccc abcc abd"));
    }

    [Theory]
    [InlineData("", "xabx ab", new[] { 0, 8 })]
    [InlineData("\"normalized\":false", "a[m]b [M]", new[] { 3, 10, 4, 0, 0, 0 })]
    [InlineData("\"normalized\":true", "a[m]b [M]", new[] { 3, 10, 4, 10 })]
    [InlineData("\"single_word\":true", "a[m] [m]b [m] .[m], [m]", new[] { 3, 0, 0, 0, 0, 0, 0, 4, 10, 0, 10, 0, 10 })]
    [InlineData("\"lstrip\":true,\"rstrip\":true", "a  [m]\tb", new[] { 3, 10, 4 })]
    public void Encode_AddedToken_IsFoundAsItsFlagsSay(string flags, string text, int[] expected)
    {
        string added = flags.Length == 0 ? "" : $$"""{"id":10,"content":"[m]",{{flags}}}""";

        Assert.Equal(expected, Encode(Load(added), text));
    }

    [Fact]
    public void Encode_AddedTokensThatOverlap_TheLeftmostAndLongestWins()
    {
        Tokenizer tokenizer = Load("""{"id":10,"content":"<a"},{"id":11,"content":"<ab>"},{"id":12,"content":"b>c"}""");

        Assert.Equal([11, 7, 3, 12, 10, 4], Encode(tokenizer, "<ab>c ab>c<ab"));
        Assert.Equal(13, tokenizer.VocabularySize);
    }

    [Fact]
    public void Encode_NormalizedAddedToken_IsNormalizedAsTheTextIs()
    {
        Tokenizer tokenizer = Load(
            """{"id":10,"content":"\u00c9A b","normalized":true},{"id":11,"content":"\u6771","normalized":true}""");

        Assert.Equal([10, 7], Encode(tokenizer, "e\u0301a\u00A0b c"));
        Assert.Equal([3, 11, 4], Encode(tokenizer, "a\u6771b"));
        Assert.Equal([3, 10, 7], Encode(tokenizer, "a\u00E9a bc"));
    }

    [Theory]
    [InlineData("model", """{"type":"WordLevel","vocab":{"a":0}}""", "WordLevel")]
    [InlineData("model", """{"vocab":{"a":0}}""", "of no type")]
    [InlineData("normalizer", """{"type":"NFC"}""", "NFC")]
    [InlineData("normalizer", "null", "null")]
    [InlineData("pre_tokenizer", """{"type":"Metaspace"}""", "Metaspace")]
    [InlineData("post_processor", """{"type":"XlnetProcessing"}""", "XlnetProcessing")]
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
        Tokenizer tokenizer = LoadWith("post_processor", json);

        Assert.Equal([1, 3, 2, 4, 2], tokenizer.Template.JoinPair([3], [4]).Ids);
        Assert.Equal(3, tokenizer.Template.JoinPair([3], [4]).FirstSegmentLength);
    }

    [Theory]
    [InlineData("{\"a\":0,\"a\":1}", "'a' has the ids 0 and 1")]
    [InlineData("{\"a\":-1}", "'a' must be a whole number")]
    [InlineData("{\"a\":1.5}", "'a' must be a whole number")]
    [InlineData("{\"a\":\"1\"}", "'a' must be a whole number")]
    [InlineData("{\"a\":0}", "no token '[UNK]'")]
    [InlineData("{\"[UNK]\":0,\"[CLS]\":1}", "no token '[SEP]'")]
    [InlineData("{\"[UNK]\":0,\"[CLS]\":1,\"[SEP]\":2,\"a\":2}", "the ids of 4 tokens must be 0 to 3, each once, but 2 is there twice")]
    [InlineData("{\"[UNK]\":0,\"[CLS]\":1,\"[SEP]\":2,\"a\":4}", "the ids of 4 tokens must be 0 to 3, each once, but 4 is one of them")]
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

        var error = Assert.Throws<InvalidDataException>(() => TokenizerLoader.Load(folder.Path));

        Assert.Contains("tokenizer.json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("post_processor", """{"type":"BertProcessing","cls":[],"sep":[]}""", "cls must be a token and its id, found []")]
    [InlineData("post_processor", """{"type":"BertProcessing","cls":[null,0],"sep":[null,1]}""", "cls must be a token and its id")]
    [InlineData("post_processor", """{"type":"BertProcessing","cls":["[CLS]",1]}""", "sep is missing")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","pair":[{"SpecialToken":{"id":null,"type_id":0}}]}""", "id is missing")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","pair":[{"Sequence":{"id":"A","type_id":"0"}}]}""", "type_id is missing")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","pair":[{}]}""", "pair: entry 0: SpecialToken is missing")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","pair":[1]}""", "pair: entry 0 must be an object, found 1")]
    [InlineData("post_processor", """{"type":"\udc00"}""", "tokenizer.json")]
    [InlineData("post_processor", "1", "the post_processor must be an object, found 1")]
    [InlineData("normalizer", """{"type":"BertNormalizer"}""", "lowercase is missing")]
    [InlineData("normalizer", """{"type":"BertNormalizer","lowercase":"yes"}""", "lowercase must be true or false, found \"yes\"")]
    [InlineData("normalizer", """{"type":null}""", "type is missing")]
    [InlineData("added_tokens", "{}", "added_tokens must be a list, found {}")]
    [InlineData("added_tokens", "[null]", "added_tokens: entry 0 must be an object, found null")]
    [InlineData("added_tokens", """[{"content":"<q>"}]""", "id is missing")]
    [InlineData("added_tokens", """[{"content":null,"id":10}]""", "content is missing")]
    [InlineData("added_tokens", """[{"content":"<q>","id":10,"lstrip":1}]""", "lstrip must be true or false, found 1")]
    [InlineData("model", """{"type":"WordPiece","max_input_chars_per_word":1e9,"vocab":{}}""", "tokenizer.json")]
    [InlineData("model", """{"type":"WordPiece","max_input_chars_per_word":1001,"vocab":{}}""", "must be from 1 to 1000, but is 1001")]
    [InlineData("model", """{"type":"WordPiece","unk_token":1,"vocab":{}}""", "tokenizer.json")]
    [InlineData("truncation", "null} trailing", "tokenizer.json")]
    public void Load_DamagedPart_SaysWhatIsWrong(string part, string json, string named)
    {
        var error = Assert.Throws<InvalidDataException>(() => LoadWith(part, json));

        Assert.Contains("tokenizer.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" ]")]
    [InlineData("}")]
    [InlineData("{}")]
    [InlineData("garbage")]
    public void Load_SomethingBehindTheLastBrace_Throws(string trailing)
    {
        using var folder = new TemporaryFolder();
        folder.Write("tokenizer.json", Json([]) + trailing);

        Assert.Contains("tokenizer.json", Assert.Throws<InvalidDataException>(() => TokenizerLoader.Load(folder.Path)).Message);
    }

    [Fact]
    public void Load_ByteOrderMarks_ArePassedOver()
    {
        using var folder = new TemporaryFolder();
        folder.Write("tokenizer.json", $"\uFEFF{Json([])}\n ");
        folder.Write("tokenizer_config.json", "\uFEFF{}");
        folder.Write("special_tokens_map.json", "\uFEFF{}");

        Assert.Equal(10, TokenizerLoader.Load(folder.Path).VocabularySize);
    }

    [Theory]
    [InlineData("""{"do_lower_case":true,"strip_accents":null,"tokenize_chinese_chars":true}""", null)]
    [InlineData("""{"do_lower_case":false}""", "says do_lower_case false")]
    [InlineData("""{"strip_accents":false}""", "says strip_accents false")]
    [InlineData("""{"tokenize_chinese_chars":false}""", "says tokenize_chinese_chars false")]
    public void Load_ConfigurationAgainstTheNormalizer_Throws(string configuration, string? named)
    {
        using var folder = new TemporaryFolder();
        folder.Write("tokenizer.json", Json([]));
        folder.Write("tokenizer_config.json", configuration);

        if (named is null)
        {
            TokenizerLoader.Load(folder.Path);
            return;
        }

        Assert.Contains(named, Assert.Throws<InvalidDataException>(() => TokenizerLoader.Load(folder.Path)).Message);
    }

    [Theory]
    [InlineData("[UNK]\n[CLS]\n[SEP]\na\nb\n##c\n\u00e9\"\nc\nab\nd\n[m]\n", null)]
    [InlineData("[UNK]\n[CLS]\n[SEP]\na\nb\n##c\n\u00e9\"\nc\nab\nd\n", null)]
    [InlineData("[UNK]\n[CLS]\n[SEP]\nb\na\n##c\n\u00e9\"\nc\nab\nd\n", "the token 'b' on line 4 has the id 3, but in")]
    [InlineData("[UNK]\n[CLS]\n[SEP]\na\nb\n##c\n\u00e9\"\nc\nab\n", "has 9 tokens, but")]
    [InlineData("[UNK]\n[CLS]\n[SEP]\na\nb\n##c\n\u00e9\"\nc\nab\nd\n[m]\nmore\n", "the token 'more' on line 12 has the id 11")]
    public void Load_VocabularyFileBesideIt_MustSayTheSame(string vocabulary, string? named)
    {
        using var folder = new TemporaryFolder();
        folder.Write("tokenizer.json", Json(new() { ["added_tokens"] = """[{"id":10,"content":"[m]"}]""" }));
        folder.Write("vocab.txt", vocabulary);

        if (named is null)
        {
            Assert.Equal(11, TokenizerLoader.Load(folder.Path).VocabularySize);
            return;
        }

        var error = Assert.Throws<InvalidDataException>(() => TokenizerLoader.Load(folder.Path));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains("do not belong together", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AddedTokenOf257Characters_Throws()
    {
        string token = $$"""{"id":10,"content":"{{new string('x', 257)}}"}""";

        Assert.Contains("has 257 characters; at most 256", Assert.Throws<InvalidDataException>(() => Load(token)).Message);
    }

    [Fact]
    public void Encode_ThousandsOfAddedTokensWithOneBeginning_FindsTheLongest()
    {
        string[] tokens = [.. Enumerable.Range(1, 5_000).Select(i => $"<{i}>"), "<1", "<12"];
        var tokenizer = Load(string.Join(',', tokens.Select((token, i) => $$"""{"id":{{i + 10}},"content":"{{token}}"}""")));

        Assert.Equal([5_009, 5_010, 3, 5_011, 10, 5_008, 0, 0], Encode(tokenizer, "<5000><1a<12<1><4999><0"));
    }

    [Fact]
    public void Load_AddedTokenWithAnotherIdThanTheVocabulary_Throws() =>
        Assert.Throws<InvalidDataException>(() => Load("""{"id":4,"content":"a"}"""));

    [Fact]
    public void Load_AddedTokenWithNegativeId_Throws() =>
        Assert.Throws<InvalidDataException>(() => Load("""{"id":-1,"content":"<q>"}"""));

    private static Tokenizer Load(string added) => LoadWith("added_tokens", $"[{added}]");

    private static Tokenizer LoadWith(string part, string json)
    {
        using var folder = new TemporaryFolder();
        folder.Write("tokenizer.json", Json(new() { [part] = json }));
        return TokenizerLoader.Load(folder.Path);
    }

    private static string Json(Dictionary<string, string> changed)
    {
        var parts = new Dictionary<string, string>
        {
            ["truncation"] = """{"max_length":1}""",
            ["added_tokens"] = "[]",
            ["normalizer"] = Normalizer,
            ["pre_tokenizer"] = """{"type":"BertPreTokenizer"}""",
            ["post_processor"] = Template,
            ["model"] = Model,
        };
        return $"{{{string.Join(',', parts.Select(part => $"\"{part.Key}\":{changed.GetValueOrDefault(part.Key, part.Value)}"))}}}";
    }

    private static int[] Encode(Tokenizer tokenizer, string text)
    {
        int[] ids = new int[(text.Length * 3) + 1];
        return ids[..tokenizer.Encode(text, ids)];
    }
}
