using System.Text;
using Resift.Local.Tokenization;

namespace Resift.Local.Tests.Tokenization;

public class PipelineTokenizerTests
{
    [Theory]
    [InlineData("\"lstrip\":true", "a [m] a", new[] { 1, 10, 0, 1 })]
    [InlineData("\"rstrip\":true", "a [m] a", new[] { 1, 0, 10, 1 })]
    [InlineData("\"single_word\":true", "a[m] [m]", new[] { 1, 0, 10 })]
    [InlineData("\"normalized\":true", "a[M]b", new[] { 1, 10, 2 })]
    [InlineData("\"normalized\":false", "a[M]b[m]", new[] { 1, 0, 2, 10 })]
    public void Encode_AddedToken_IsFoundAsItsFlagsSay(string flags, string text, int[] expected)
    {
        string added = $$"""{"id":10,"content":"[m]",{{flags}}}""";

        Assert.Equal(expected, TokenizerFile.Load(TokenizerFile.Unigram, """{"type":"Lowercase"}""", added: added).EncodeAll(text));
    }

    [Fact]
    public void Encode_TextThatNormalizesToNothing_HasNoTokens()
    {
        const string Strip = """{"type":"Strip","strip_left":true,"strip_right":true}""";
        const string Metaspace = """{"type":"Metaspace","replacement":"\u2581"}""";

        Assert.Empty(TokenizerFile.Load(TokenizerFile.Unigram, Strip, Metaspace).EncodeAll(" \n "));
    }

    [Fact]
    public void PairEncoder_MoreTokensThanCharactersSuggest_HasThemAll()
    {
        const string Replace = """{"type":"Replace","pattern":{"String":"b"},"content":"aaaaaaaaaaaaaaaaaaaa"}""";
        var tokenizer = TokenizerFile.Load(TokenizerFile.Unigram, Replace);

        var all = new PairEncoder(tokenizer, int.MaxValue);
        Assert.Equal(Enumerable.Repeat(1, 60), all.EncodeSingle("bbb").Ids);
        Assert.Equal(80, all.Encode(all.EncodeQuery("b"), "bbb").Length);

        var few = new PairEncoder(tokenizer, 50);
        TokenSequence cut = few.Encode(few.EncodeQuery("b"), "bbb");
        Assert.Equal((50, 20, 0, 30), (cut.Length, cut.FirstSegmentLength, cut.FirstTokensCut, cut.SecondTokensCut));
        Assert.Equal(10, few.EncodeSingle("bbb").FirstTokensCut);
    }

    [Theory]
    [InlineData("model", """{"type":"Unigram","vocab":[["a",-1]]}""", "the model lacks unk_id")]
    [InlineData(
        "model", """{"type":"Unigram","unk_id":2,"vocab":[["a",-1]]}""", "unk_id must be one of the 1 ids of the vocabulary, but is 2")]
    [InlineData("model", """{"type":"Unigram","unk_id":0,"vocab":[]}""", "unk_id must be one of the 0 ids")]
    [InlineData(
        "model", """{"type":"Unigram","unk_id":0,"vocab":{"a":0}}""",
        "the vocab of a Unigram model must be a list of tokens with their scores")]
    [InlineData("model", """{"type":"Unigram","unk_id":0,"vocab":[["a",-1],["b"]]}""", "vocab: entry 1 must be a token and its score")]
    [InlineData("model", """{"type":"Unigram","unk_id":0,"vocab":[["a","-1"]]}""", "vocab: entry 0 must be a token and its score")]
    [InlineData("model", """{"type":"Unigram","unk_id":0,"vocab":[["a",1e999]]}""", "vocab: entry 0 must be a token and its score")]
    [InlineData("model", """{"type":"Unigram","unk_id":0,"vocab":[["a",-1],["a",-2]]}""", "the token 'a' has the ids 0 and 1")]
    [InlineData(
        "model", """{"type":"BPE","vocab":[["a",-1]],"merges":[]}""",
        "the vocab of a BPE model must be an object of tokens with their ids")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0,"b":0},"merges":[]}""", "0 is there twice")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0,"b":2},"merges":[]}""", "the ids of 2 tokens must be 0 to 1")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0,"a":1},"merges":[]}""", "the token 'a' has the ids 0 and 1")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0},"merges":["a b"]}""", "merge 0 is of 'a' and 'b', but the vocabulary has no 'b'")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0,"b":1},"merges":[["a","b"]]}""", "the vocabulary has no 'ab'")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0},"merges":["a"]}""", "merges: entry 0 must be two tokens")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0},"merges":[["a","a","a"]]}""", "merges: entry 0 must be two tokens")]
    [InlineData("model", """{"type":"BPE","unk_token":"?","vocab":{"a":0},"merges":[]}""", "no token '?', which stands for unknown")]
    [InlineData("normalizer", """{"type":"Precompiled"}""", "precompiled_charsmap is missing")]
    [InlineData(
        "normalizer", """{"type":"Precompiled","precompiled_charsmap":"?"}""",
        "precompiled_charsmap must be a text in base 64, found \"?\"")]
    [InlineData("normalizer", """{"type":"Sequence"}""", "normalizers is missing")]
    [InlineData("normalizer", """{"type":"Replace","pattern":{"String":""},"content":"a"}""", "pattern must not be empty")]
    [InlineData("normalizer", """{"type":"Replace","content":"a"}""", "pattern is missing")]
    [InlineData("pre_tokenizer", """{"type":"Metaspace","replacement":"ab"}""", "replacement must be one character, but is 'ab'")]
    [InlineData("pre_tokenizer", """{"type":"ByteLevel"}""", "add_prefix_space is missing")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"String":"a"}}""", "behavior is missing")]
    public void Load_DamagedPart_SaysWhatIsWrong(string part, string json, string named) =>
        Check<InvalidDataException>(part, json, named);

    [Theory]
    [InlineData("model", """{"type":"BPE","end_of_word_suffix":"</w>","vocab":{"a":0},"merges":[]}""", "end_of_word_suffix (</w>)")]
    [InlineData(
        "model", """{"type":"BPE","continuing_subword_prefix":"##","vocab":{"a":0},"merges":[]}""", "continuing_subword_prefix (##)")]
    [InlineData("model", """{"type":"BPE","dropout":0.1,"vocab":{"a":0},"merges":[]}""", "dropout")]
    [InlineData(
        "normalizer", """{"type":"BertNormalizer"}""", "the normalizer BertNormalizer is not supported; supported: Sequence, Precompiled")]
    [InlineData("normalizer", """{"type":"Replace","pattern":{"Regex":"a|b"},"content":""}""", "the expression 'a|b'")]
    [InlineData(
        "pre_tokenizer", """{"type":"Whitespace"}""", "the pre-tokenizer Whitespace is not supported; supported: Sequence, ByteLevel")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"(a+)+$"},"behavior":"Isolated"}""", "the expression '(a+)+$'")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"String":"a"},"behavior":"Kept"}""", "the behavior 'Kept'")]
    [InlineData("pre_tokenizer", """{"type":"Metaspace","replacement":"_","prepend_scheme":"last"}""", "the prepend_scheme 'last'")]
    [InlineData(
        "post_processor", """{"type":"Sequence","processors":[{"type":"RobertaProcessing"},{"type":"BertProcessing"}]}""", "in 2 steps")]
    public void Load_UnknownPart_IsNotSupportedAndNamed(string part, string json, string named) =>
        Check<NotSupportedException>(part, json, named);

    [Fact]
    public void Load_SequencesInSequences_HaveABound()
    {
        var deep = new StringBuilder("""{"type":"NFC"}""");
        for (int i = 0; i < 10_000; i++)
        {
            deep.Insert(0, """{"type":"Sequence","normalizers":[""").Append("]}");
        }

        string wide = string.Join(',', Enumerable.Repeat("""{"type":"WhitespaceSplit"}""", 10_000));
        Check<InvalidDataException>("normalizer", deep.ToString(), "depth");
        Check<NotSupportedException>(
            "pre_tokenizer", $$"""{"type":"Sequence","pretokenizers":[{{wide}}]}""", "has 10000 steps; at most 32");
    }

    [Fact]
    public void Load_TokenOfTwoThousandCharacters_IsRefusedForUnigram() => Check<InvalidDataException>(
        "model", $$"""{"type":"Unigram","unk_id":0,"vocab":[["a",0],["{{new string('b', 2_000)}}",-1]]}""", "at most 1024");

    [Theory]
    [InlineData("RobertaTokenizer", "false", false)]
    [InlineData("RobertaTokenizerFast", "true", true)]
    [InlineData("PreTrainedTokenizerFast", "true", false)]
    public void Load_ConfigurationAgainstThePrefixSpace_Throws(string kind, string addsSpace, bool isRefused)
    {
        var error = Record.Exception(() => TokenizerFile.Load(
            TokenizerFile.Bpe,
            preTokenizer: """{"type":"ByteLevel","add_prefix_space":false}""",
            configuration: $$"""{"tokenizer_class":"{{kind}}","add_prefix_space":{{addsSpace}}}"""));

        Assert.Equal(isRefused, error is InvalidDataException);
        Assert.Equal(isRefused, error is not null);
    }

    [Fact]
    public void Load_LowercaseFromOutside_IsNotSupported()
    {
        using var folder = new TemporaryFolder();
        folder.Write("tokenizer.json", $$"""{"model":{{TokenizerFile.Unigram}}}""");

        var error = Assert.Throws<NotSupportedException>(
            () => TokenizerLoader.Load(folder.Path, TokenizerConfiguration.Read(folder.Path), lowercase: true));

        Assert.Contains("do_lower_case", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_DamagedAnywhere_WorksOrThrowsADocumentedError()
    {
        string[] sound =
        [
            $$"""
            {"added_tokens":[{"id":10,"content":"<s>","lstrip":true}],"normalizer":{"type":"Sequence","normalizers":[{"type":"NFKC"},
             {"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "},
             {"type":"Precompiled","precompiled_charsmap":"{{CharsMapWriter.Write(("a", "b"))}}"}]},
             "pre_tokenizer":{"type":"Metaspace","replacement":"\u2581","prepend_scheme":"first","split":true},
             "post_processor":{"type":"RobertaProcessing","cls":["<s>",10],"sep":["<s>",10]},"model":{{TokenizerFile.Unigram}}}
            """,
            $$"""
            {"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},
             {"type":"ByteLevel","add_prefix_space":true,"use_regex":true}]},"post_processor":{"type":"ByteLevel"},
             "model":{{TokenizerFile.Bpe}}}
            """,
        ];
        const string Alphabet = "\"{}[],:0123456789-eabtrufn\\ ";
        var random = new Random(11);
        int refused = 0;
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 2_000; i++)
        {
            char[] damaged = sound[i % sound.Length].ToCharArray();
            int place = random.Next(damaged.Length);
            damaged[place] = Alphabet[random.Next(Alphabet.Length)];
            folder.Write("tokenizer.json", new string(damaged));
            var error = Record.Exception(() => TokenizerLoader.Load(folder.Path).EncodeAll("<s> abc\u00E9  1\uFB01 x"));
            Assert.True(error is null or InvalidDataException or NotSupportedException, $"{new string(damaged)}: {error}");
            refused += error is null ? 0 : 1;
        }

        Assert.InRange(refused, 200, 1_999);
    }

    private static void Check<TError>(string part, string json, string named)
        where TError : Exception
    {
        string Part(string name) => part == name ? json : "null";

        var error = Assert.Throws<TError>(() => TokenizerFile.Load(
            part == "model" ? json : TokenizerFile.Unigram, Part("normalizer"), Part("pre_tokenizer"), Part("post_processor")));

        Assert.Contains("tokenizer.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }
}
