using CsCheck;

namespace Resift.Retrieval.Tests.Text;

public sealed class EnglishTermsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" \t\r\n.,-_!", "")]
    [InlineData("self.stream.write", "self stream write")]
    [InlineData("snake_case", "snake case")]
    [InlineData("kebab-case/path\\file.txt", "kebab case path file txt")]
    [InlineData("__init__", "init")]
    [InlineData("3.14 1,000", "3 14 1 000")]
    [InlineData("C# and C++", "c c")]
    [InlineData("Größe Сергея", "große сергея")]
    [InlineData("हिन्दी में", "हिन्दी में")]
    public void Of_Words_CutAtPunctuation(string text, string terms) => AssertTerms(terms, text);

    [Theory]
    [InlineData("AddResiliencePipeline", "addresiliencepipelin add resili pipelin")]
    [InlineData("getHTTPResponse", "gethttprespons get http respons")]
    [InlineData("XMLHttpRequest2", "xmlhttprequest2 xml http request 2")]
    [InlineData("sha256", "sha256 sha 256")]
    [InlineData("p53", "p53 p 53")]
    [InlineData("mRNAs", "mrna m rna")]
    [InlineData("URLs SNPs IDs", "url snp id")]
    [InlineData("URLsByID", "urlsbyid url id")]
    [InlineData("SQL Json", "sql json")]
    [InlineData("MAX_VALUE_1st", "max valu 1st 1 st")]
    [InlineData("ПриветМир", "приветмир привет мир")]
    public void Of_Identifier_ItselfAndItsParts(string text, string terms) => AssertTerms(terms, text);

    [Theory]
    [InlineData("the cat's tail", "cat tail")]
    [InlineData("the cat’s tail", "cat tail")]
    [InlineData("JOHN'S", "john")]
    [InlineData("don't can't we'll they're", "don can we")]
    [InlineData("O'Brien's", "o brien")]
    [InlineData("rock'n'roll", "rock n roll")]
    [InlineData("print('s')", "print s")]
    [InlineData("the dogs' bowl", "dog bowl")]
    [InlineData("it's", "it")]
    public void Of_Apostrophe_EndOfContractionDropped(string text, string terms) => AssertTerms(terms, text);

    [Theory]
    [InlineData("to be or not to be", "to be or not to be")]
    [InlineData("The", "the")]
    [InlineData("to be or not to be, that is the question", "question")]
    [InlineData("question: to be", "question")]
    [InlineData("isIn", "isin")]
    public void Of_StopWords_DroppedUnlessThereIsNothingElse(string text, string terms) => AssertTerms(terms, text);

    [Theory]
    [InlineData("执行任务", "执行 行任 任务")]
    [InlineData("猫", "猫")]
    [InlineData("しりとり", "しり りと とり")]
    [InlineData("끝말잇기", "끝말 말잇 잇기")]
    [InlineData("ข้าวผัด", "ข้า าว วผั ผัด")]
    [InlineData("Python入門 第3章", "python 入門 第 3 章")]
    [InlineData("カタカナ・ひらがな", "カタ タカ カナ ひら らが がな")]
    [InlineData("人々", "人々")]
    [InlineData("𠮷野家", "𠮷野 野家")]
    public void Of_ScriptWithoutSpaces_Bigrams(string text, string terms) => AssertTerms(terms, text);

    [Fact]
    public void Of_LongWord_CutAt255()
    {
        string[] terms = [.. TextAnalyzers.English(new('q', 600))];
        Assert.Equal([255, 255, 90], terms.Select(term => term.Length));
    }

    [Fact]
    public void English_NullText_Refused() => Assert.Throws<ArgumentNullException>(() => TextAnalyzers.English(null!));

    [Fact]
    public void English_AnyText_LowerCaseTermsWithoutWhiteSpace() =>
        Texts().Sample(text => Assert.All(TextAnalyzers.English(text), term =>
        {
            Assert.InRange(term.Length, 1, 256);
            Assert.Equal(term.ToLowerInvariant(), term);
            Assert.DoesNotContain(term, char.IsWhiteSpace);
        }));

    [Fact]
    public void English_AnyTextTwiceInOne_ItsTermsTwice() =>
        Texts().Sample(text =>
        {
            var terms = TextAnalyzers.English(text);
            Assert.Equal([.. terms, .. terms], TextAnalyzers.English($"{text} \n{text}"));
        });

    [Fact]
    public async Task English_ManyThreads_SameTerms()
    {
        string[] texts = [.. Enumerable.Range(0, 200).Select(i => $"running dogs number {i} jumped 执行任务")];
        var expected = texts.Select(text => TextAnalyzers.English(text)).ToArray();
        var cancellation = TestContext.Current.CancellationToken;
        var actual = await Task.WhenAll(texts.Select(text => Task.Run(() => TextAnalyzers.English(text), cancellation)));
        Assert.Equal(expected, actual);
        Assert.Equal(["run", "dog", "number", "7", "jump", "执行", "行任", "任务"], actual[7]);
    }

    // A step that were not linear would make these run for hours.
    [Theory]
    [InlineData("a", 4113)]
    [InlineData("xB", 530458)]
    [InlineData("x1", 1052689)]
    [InlineData("1", 4113)]
    [InlineData("the ", 262144)]
    [InlineData("'s", 262144)]
    [InlineData("猫", 1048575)]
    [InlineData("e\u0301\u0316", 1371)]
    [InlineData("ก\u0E49\u0E48", 349524)]
    [InlineData("\u0301", 0)]
    [InlineData("\uD800", 0)]
    [InlineData(" ", 0)]
    public void English_MillionCharactersOfAKind_AsManyTermsAsExpected(string kind, int count)
    {
        string text = string.Concat(Enumerable.Repeat(kind, (1 << 20) / kind.Length));
        Assert.Equal(count, TextAnalyzers.English(text).Count);
    }

    private static void AssertTerms(string expected, string text) =>
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), TextAnalyzers.English(text));

    // Any UTF-16 at all, and characters of which the analyzer makes something.
    private static Gen<string> Texts() => Gen.OneOf(
        Gen.String,
        Gen.Char["aBsS1'’._ éÉİıßΣσǅ\u0301\u3099\u00ADカｶﾞ执行ข้\u1100\u1161\u11A8ﬃ²Ⅷ\uD83D\uDE00\uD801\uDC00"]
            .Array[0, 40]
            .Select(letters => new string(letters)));
}
