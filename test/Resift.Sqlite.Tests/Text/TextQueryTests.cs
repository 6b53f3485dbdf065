using CsCheck;
using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests.Text;

public sealed class TextQueryTests
{
    private static readonly string[] _pieces =
    [
        "\"", "\"\"", "'", "*", "^", "+", "-", ":", "(", ")", "{", "}", "NEAR(", "NEAR(a b, 3)", " AND ", " OR ", " NOT ", "text:",
        "text_1 : ", "rank",
        "\0", "\ud83d", "\ude00", "😀", "é", "e\u0301", "\u0301", "\u20dd", "東京", "ﬁ", "ß", "İ", "\u200d", "\u00ad",
        "\ue000", "\U0001D7D8", "\U000105C0",
        ";", "--", "/*", "DROP TABLE documents", "SELECT", "$query", "?1", "cat", " ", "\n", "\\", "%", "_", ",", ".",
    ];

    [Theory]
    [InlineData("cat", "\"cat\"")]
    [InlineData("The cats and the hat", "\"cat\" OR \"hat\"")]
    [InlineData("cat CAT Cat", "\"cat\"")]
    [InlineData("the THE and", "\"the\" OR \"and\"")]
    [InlineData("say \"cat\" NOT dog*", "\"say\" OR \"cat\" OR \"dog\"")]
    [InlineData("text:x-ray^2", "\"text\" OR \"x\" OR \"ray\" OR \"2\"")]
    [InlineData("cafe\u0301 \u0301", "\"cafe\"")]
    [InlineData("a\0b", "\"b\"")]
    [InlineData("?! 😀 --", null)]
    public void Create_Text_QuotesItsTerms(string text, string? query) => Assert.Equal(query, TextQuery.Create(text));

    [Fact]
    public void Of_LongText_TakesTheFirstWords()
    {
        string query = TextQuery.Create(string.Join(' ', Enumerable.Range(0, 20_000).Select(i => $"w{i}")))!;
        string[] terms = query.Split(" OR ");
        Assert.Equal(TextQuery.MaxTerms, terms.Length);
        Assert.Equal("\"w0\"", terms[0]);
    }

    [Fact]
    public async Task Retrieve_AnyText_IsNoSyntaxError()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "the cat sat", "東京 😀 é"), Document("b", "SELECT text FROM documents"));
        var lexical = index.Collection.Lexical;
        var text = Gen.OneOf(
            Gen.Int[0, _pieces.Length - 1].Select(i => _pieces[i]).Array[1, 12].Select(pieces => string.Concat(pieces)),
            Gen.Char.Array[1, 40].Select(characters => new string(characters)));
        await text.Where(query => !string.IsNullOrWhiteSpace(query)).SampleAsync(
            async query => Assert.NotNull(await lexical.RetrieveAsync(query, null, Token)), iter: 3000, threads: 2);
        Assert.Equal(2, index.Collection.GetInfo().Documents);
    }

    [Fact]
    public async Task Retrieve_EveryPieceOfEveryKind_FindsTheWordBesideIt()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "zebra"));
        foreach (string piece in _pieces)
        {
            Assert.Equal(["a#0"], await FindAsync(index.Collection.Lexical, $"{piece} zebra {piece}"));
        }
    }

    [Fact]
    public async Task Retrieve_HugeTexts_Answers()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "the cat sat"));
        var lexical = index.Collection.Lexical;
        Assert.Equal(["a#0"], await FindAsync(lexical, "cat " + string.Join(' ', Enumerable.Range(0, 15_000).Select(i => $"w{i}"))));
        Assert.Empty(await FindAsync(lexical, new string('x', 100_000)));
        Assert.Empty(await FindAsync(lexical, new string('"', 100_001)));
        Assert.Equal(["a#0"], await FindAsync(lexical, string.Concat(Enumerable.Repeat("NEAR(cat ", 10_000))));
    }
}
