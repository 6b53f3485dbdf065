using System.Text;

namespace Resift.Evaluation.Tests;

public sealed class RunTests : IDisposable
{
    private const string Lines = "q2 Q0 d1 1 9.5 x\nq2\tQ0\td2\t2\t1e1\tx\n\nq1 Q0 d2 0 -1 x\n";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("run.trec", Lines)]
    [InlineData("run.trec.gz", Lines)]
    [InlineData("run.trec", "\uFEFFq2 Q0 d1 1 9.5 x\r\n  q2  Q0 d2 2 10 x\r\nq1 Q0 d2 0 -1 x")]
    public async Task ReadAsync_Run_IsReadBestFirst(string name, string text)
    {
        var run = await Run.ReadAsync(_folder.Write(name, text), Cancellation);

        Assert.Equal(["q2", "q1"], run.QueryIds);
        Assert.Equal([new("d2", 10), new("d1", 9.5)], run.GetDocuments("q2"));
        Assert.Equal([new("d2", -1)], run.GetDocuments("q1"));
        Assert.Empty(run.GetDocuments("q3"));
    }

    [Fact]
    public async Task ReadAsync_Json_IsReadBestFirst()
    {
        var run = await Run.ReadAsync(_folder.Write("run.jsonl", """

            {"query_id": "q2", "doc_id": "d 1", "score": 9.5}
            {"doc_id": "d2", "score": 1e1, "query_id": "q2", "rank": "any"}
            {"query_id": "q1", "doc_id": "d2", "score": -1}
            """), Cancellation);

        Assert.Equal(["q2", "q1"], run.QueryIds);
        Assert.Equal([new("d2", 10), new("d 1", 9.5)], run.GetDocuments("q2"));
        Assert.Equal([new("d2", -1)], run.GetDocuments("q1"));
    }

    [Fact]
    public void Create_Documents_AreBestFirstAndTiesAsTheyStand()
    {
        var run = Run.Create(new Dictionary<string, List<ScoredDocument>>
        {
            ["q"] = [new("b", 1), new("c", 2), new("a", 1)],
            ["none"] = [],
        });

        Assert.Equal(["q", "none"], run.QueryIds);
        Assert.Equal(["c", "b", "a"], run.GetDocuments("q").Select(document => document.Id));
        Assert.Empty(run.GetDocuments("none"));
    }

    [Fact]
    public void Create_TwiceOrNoNumber_IsRefused()
    {
        Assert.Throws<ArgumentException>("documentsByQuery", () => One(new("a", 1), new("a", 2)));
        Assert.Throws<ArgumentException>("documentsByQuery", () => One(new("a", double.NaN), new("b", 2)));
        Assert.Throws<ArgumentException>("documentsByQuery", () => Run.Create(
            [KeyValuePair.Create("q", Array.Empty<ScoredDocument>()), KeyValuePair.Create("q", Array.Empty<ScoredDocument>())]));

        static Run One(params ScoredDocument[] documents) => Run.Create([KeyValuePair.Create("q", documents)]);
    }

    [Fact]
    public async Task ReadAsync_EqualScores_GoByRankThenByPlace()
    {
        var run = await Run.ReadAsync(
            _folder.Write("run", "q Q0 c 2 5 x\nq Q0 b 1 5 x\nq Q0 d 2 5 x\nq Q0 a 9 6 x\n"), Cancellation);

        Assert.Equal(["a", "b", "c", "d"], run.GetDocuments("q").Select(document => document.Id));
    }

    [Fact]
    public async Task ReadAsync_NoBreakSpaceInAnId_IsAPartOfIt()
    {
        var run = await Run.ReadAsync(_folder.Write("run.trec", "q1 Q0 a\u00A0b 1 2 x\n"), Cancellation);

        Assert.Equal(["a\u00A0b"], run.GetDocuments("q1").Select(document => document.Id));
    }

    [Theory]
    [InlineData("q1 Q0 d1 1 3\n", ":1: six columns were expected (qid Q0 docid rank score tag), but there are 5.")]
    [InlineData("q1 Q0 d1 1 3 my tag\n", ":1: six columns were expected (qid Q0 docid rank score tag), but there are 7.")]
    [InlineData("q1 Q0 d1 1 3 x\n\nq1 Q0 d2 first 3 x\n", ":3: the fourth column is the rank, a whole number, but it is 'first'.")]
    [InlineData("q1 Q0 d1 1 NaN x\n", ":1: the fifth column is the score, a number, but it is 'NaN'.")]
    [InlineData("q1 Q0 d1 1 1,5 x\n", ":1: the fifth column is the score, a number, but it is '1,5'.")]
    [InlineData("q1 Q0 d1 1 1e999 x\n", ":1: the fifth column is the score, a number, but it is '1e999'.")]
    [InlineData("q1 Q0 d1 1 3 x\nq2 Q0 d1 1 3 x\nq1 Q0 d1 2 2 x\n", ":3: document 'd1' occurs twice for query 'q1'.")]
    [InlineData("q1 Q0 d 1 1 3 x\n", ":1: six columns were expected (qid Q0 docid rank score tag), but there are 7.")]
    [InlineData("{\"query_id\": \"q\", \"doc_id\": \"d\"}\n", ":1: there is no field 'score'; the record has 'query_id', 'doc_id'.")]
    [InlineData("{\"query_id\": \"q\", \"doc_id\": \"d\", \"score\": 1e999}\n",
        ":1: the field 'score' is 1e999; a number was expected.")]
    [InlineData("", " is empty; lines of a TREC run (qid Q0 docid rank score tag) were expected.")]
    [InlineData("\n \n", " is empty; lines of a TREC run (qid Q0 docid rank score tag) were expected.")]
    public async Task ReadAsync_BadRun_NamesFileAndLine(string text, string expected)
    {
        string path = _folder.Write("run.trec", text);

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Run.ReadAsync(path, Cancellation));

        Assert.Equal(path + expected, error.Message);
    }

    [Fact]
    public async Task ReadAsync_BadLineInPackedFile_NamesFileAndLine()
    {
        string path = _folder.Write("run.trec.gz", "q1 Q0 d1 1 3 x\nq1 Q0 d2 2 high x\n");

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Run.ReadAsync(path, Cancellation));

        Assert.Equal($"{path}:2: the fifth column is the score, a number, but it is 'high'.", error.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReadAsync_DamagedPackedFile_NamesIt(bool isCut)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 10_000).Select(i => $"q1 Q0 d{i} {i} {-i} x\n")));
        string path = Path.Combine(_folder.FullName, "run.trec.gz");
        await File.WriteAllBytesAsync(path, isCut ? TemporaryFolder.Packed(bytes)[..^1_000] : bytes, Cancellation);

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Run.ReadAsync(path, Cancellation));

        Assert.StartsWith(
            $"{path} cannot be unpacked as gzip, so it is damaged or something else: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadStreamAsync_BadLine_NamesWhatTheCallerSays()
    {
        using var stream = new MemoryStream("q1 Q0 d1\n"u8.ToArray());

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Run.ReadStreamAsync(stream, "standard input", Cancellation));

        Assert.StartsWith("standard input:1: six columns", error.Message, StringComparison.Ordinal);
        Assert.False(stream.CanRead);
    }

    [Fact]
    public async Task ReadAsync_Cancelled_Ends() => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        () => Run.ReadAsync(_folder.Write("run.trec", Lines), new CancellationToken(canceled: true)));
}
