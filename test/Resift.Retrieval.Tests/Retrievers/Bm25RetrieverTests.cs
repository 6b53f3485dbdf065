using CsCheck;

namespace Resift.Retrieval.Tests;

public sealed class Bm25RetrieverTests
{
    private static readonly SearchDocument[] _documents =
    [
        new("cats", "Cats sleep. Cats purr.") { Metadata = new Dictionary<string, string> { ["kind"] = "pet" } },
        new("dogs", "Dogs bark and sleep") { Metadata = new Dictionary<string, string> { ["kind"] = "pet" } },
        new("wolves", "Wolves howl at night and dogs answer") { Metadata = new Dictionary<string, string> { ["kind"] = "wild" } },
        new("empty", ""),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RetrieveAsync_KnownTerms_ScoresOfTheFormula()
    {
        // The terms are split by white space, so that every number below can be seen.
        var retriever = new Bm25Retriever(
            [new("1", "a a b"), new("2", "a c"), new("3", "c d e f")],
            new() { Analyzer = text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries), K1 = 1.2, B = 0.75 });
        var response = await retriever.RetrieveAsync("a b b x", cancellationToken: Cancellation);
        double idfA = Math.Log(1 + (1.5 / 2.5));
        double idfB = Math.Log(1 + (2.5 / 1.5));
        double first = (idfA * 2 / (2 + (1.2 * (0.25 + (0.75 * 3 / 3))))) + (2 * idfB * 1 / (1 + (1.2 * (0.25 + (0.75 * 3 / 3)))));
        double second = idfA * 1 / (1 + (1.2 * (0.25 + (0.75 * 2 / 3))));
        Assert.Equal(["1", "2"], response.Candidates.Select(candidate => candidate.Id));
        Assert.Equal(first, response.Candidates[0].Score, 1e-12);
        Assert.Equal(second, response.Candidates[1].Score, 1e-12);
        Assert.Equal(
            new StageScore("bm25", 2, response.Candidates[1].Score, ScoreScale.Unspecified), Assert.Single(response.Candidates[1].Stages));
    }

    [Fact]
    public async Task RetrieveAsync_EnglishAnalyzer_StemsAndDropsStopWords()
    {
        var retriever = new Bm25Retriever(_documents);
        Assert.Equal("cats", (await retriever.RetrieveAsync("a sleeping CAT's", cancellationToken: Cancellation)).Candidates[0].Id);
        Assert.Empty((await retriever.RetrieveAsync("and the at", cancellationToken: Cancellation)).Candidates);
    }

    [Theory]
    [InlineData("执行任务", "请在后台执行任务并等待结果。")]
    [InlineData("しりとり", "子供たちはしりとりで遊んだ。")]
    [InlineData("끝말잇기", "우리는끝말잇기놀이를했다.")]
    [InlineData("ข้าวผัด", "เขากินข้าวผัดตอนเที่ยง")]
    public async Task RetrieveAsync_WordInsideARunOfLetters_Found(string word, string text)
    {
        var retriever = new Bm25Retriever([new("other", "别的文字 ほかの文 다른 글 อื่น"), new("found", text)]);
        Assert.Equal("found", (await retriever.RetrieveAsync(word, cancellationToken: Cancellation)).Candidates[0].Id);
    }

    [Theory]
    [InlineData("AddResiliencePipeline", "How to add a resilience pipeline")]
    [InlineData("add a resilience pipeline", "services.AddResiliencePipeline(name)")]
    [InlineData("addresiliencepipeline", "services.AddResiliencePipeline(name)")]
    [InlineData("read csv", "pd.read_csv(path)")]
    [InlineData("read_csv", "read a CSV file")]
    public async Task RetrieveAsync_Identifier_FoundByItsPartsAndTheReverse(string query, string text)
    {
        var retriever = new Bm25Retriever([new("other", "nothing of that"), new("found", text)]);
        Assert.Equal("found", Assert.Single((await retriever.RetrieveAsync(query, cancellationToken: Cancellation)).Candidates).Id);
    }

    [Fact]
    public async Task RetrieveAsync_Filter_OnlyMatchingDocuments()
    {
        var response = await new Bm25Retriever(_documents).RetrieveAsync(
            "dogs", new() { Filter = new Dictionary<string, string> { ["kind"] = "wild" } }, Cancellation);
        Assert.Equal("wolves", Assert.Single(response.Candidates).Id);
    }

    [Fact]
    public async Task RetrieveAsync_EqualScores_OrderOfTheIndexAndBounded()
    {
        var retriever = new Bm25Retriever(Enumerable.Range(0, 100).Select(i => new SearchDocument($"{i}", "same words")));
        var response = await retriever.RetrieveAsync("words", new() { Candidates = 7 }, Cancellation);
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6"], response.Candidates.Select(candidate => candidate.Id));
    }

    [Fact]
    public void Constructor_SameIdTwice_RefusedByName()
    {
        var error = Assert.Throws<ArgumentException>(() => new Bm25Retriever([new("x", "1"), new("x", "2")]));
        Assert.Contains("'x'", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Bm25Retriever([null!]));
    }

    [Fact]
    public async Task RetrieveAsync_BlankQueryOrCancelled_Refused()
    {
        var retriever = new Bm25Retriever(_documents);
        await Assert.ThrowsAsync<ArgumentException>(() => retriever.RetrieveAsync(" ", cancellationToken: Cancellation));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => retriever.RetrieveAsync("q", cancellationToken: new(canceled: true)));
    }

    [Fact]
    public async Task RetrieveAsync_NoDocuments_NoCandidates() =>
        Assert.Empty((await new Bm25Retriever([]).RetrieveAsync("q", cancellationToken: Cancellation)).Candidates);

    [Fact]
    public void RetrieveAsync_AnyQuery_NoErrorAndSorted()
    {
        var retriever = new Bm25Retriever(_documents);
        Gen.String.Where(query => !string.IsNullOrWhiteSpace(query)).Sample(async query =>
        {
            var response = await retriever.RetrieveAsync(query, cancellationToken: Cancellation);
            Assert.Equal(response.Candidates.OrderByDescending(candidate => candidate.Score), response.Candidates);
        });
    }
}
