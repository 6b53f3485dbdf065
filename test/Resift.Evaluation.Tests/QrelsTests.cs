namespace Resift.Evaluation.Tests;

public sealed class QrelsTests : IDisposable
{
    private const string Heading = "query-id\tcorpus-id\tscore\n";
    private const string Json = "{\"query_id\": \"q2\", \"doc_id\": \"d1\", \"relevance\": 2}";
    private const string Layouts =
        "lines of query-id, corpus-id and score with tabs between them (BEIR), of qid 0 docid relevance (TREC) or of JSON";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("test.tsv", Heading + "q2\td1\t2\nq1\td 1\t-1\nq2\td2\t0\n")]
    [InlineData("test.tsv", "q2\td1\t2\nq1\td 1\t-1\nq2\td2\t0")]
    [InlineData("test.tsv", "\uFEFFquery-id\tcorpus-id\tscore\r\nq2\td1\t2\r\n\r\nq1\td 1\t-1\r\nq2\td2\t0\r\n")]
    [InlineData("test.tsv.gz", Heading + "q2\td1\t2\nq1\td 1\t-1\nq2\td2\t0\n")]
    public async Task ReadAsync_Judgements_AreReadInOrder(string name, string text)
    {
        var qrels = await Qrels.ReadAsync(_folder.Write(name, text), Cancellation);

        Assert.Equal(["q2", "q1"], qrels.QueryIds);
        Assert.Equal(new Dictionary<string, int> { ["d1"] = 2, ["d2"] = 0 }, qrels.GetGrades("q2"));
        Assert.Equal(new Dictionary<string, int> { ["d 1"] = -1 }, qrels.GetGrades("q1"));
        Assert.Empty(qrels.GetGrades("q3"));
    }

    [Theory]
    [InlineData("q2 0 d1 2\nq1 0 d1 -1\nq2 Q0 d2 0\n")]
    [InlineData("\uFEFF\r\n  q2\t0\td1\t2\r\nq1\t0\td1\t-1\r\nq2\t0\td2\t0\r\n")]
    [InlineData(Json + "\n\n{\"query_id\": \"q1\", \"doc_id\": \"d1\", \"relevance\": -1, \"iteration\": \"0\"}\n" +
        "{\"query_id\": \"q2\", \"doc_id\": \"d2\", \"relevance\": 0}")]
    public async Task ReadAsync_OtherLayouts_AreTold(string text)
    {
        var qrels = await Qrels.ReadAsync(_folder.Write("qrels", text), Cancellation);

        Assert.Equal(["q2", "q1"], qrels.QueryIds);
        Assert.Equal(new Dictionary<string, int> { ["d1"] = 2, ["d2"] = 0 }, qrels.GetGrades("q2"));
        Assert.Equal(new Dictionary<string, int> { ["d1"] = -1 }, qrels.GetGrades("q1"));
    }

    [Fact]
    public void Create_Grades_AreThere()
    {
        var qrels = Qrels.Create(new Dictionary<string, Dictionary<string, int>> { ["q1"] = new() { ["d1"] = 1 }, ["none"] = [] });

        Assert.Equal(["q1"], qrels.QueryIds);
        Assert.Equal(new Dictionary<string, int> { ["d1"] = 1 }, qrels.GetGrades("q1"));
    }

    [Fact]
    public void Create_NothingOrTwice_IsRefused()
    {
        Assert.Throws<ArgumentException>("gradesByQuery", () => Qrels.Create(new Dictionary<string, Dictionary<string, int>>()));
        Assert.Throws<ArgumentException>("gradesByQuery", () => Qrels.Create(new Dictionary<string, KeyValuePair<string, int>[]>
        {
            ["q1"] = [new("d1", 1), new("d1", 0)],
        }));
    }

    [Theory]
    [InlineData(Heading + "q1\td1\n", ":2: query-id, corpus-id and score with tabs between them were expected, but there are 2 columns.")]
    [InlineData("q1 d1 1\n", ":1: " + Layouts + " were expected, but there are 3 columns.")]
    [InlineData(Heading + "\nq1\td1\t0.5\n", ":3: the third column is the score, a whole number, but it is '0.5'.")]
    [InlineData("query\tdocument\tgrade\nq1\td1\t1\n", ":1: the third column is the score, a whole number, but it is 'grade'.")]
    [InlineData("q1\td1\t1\nq1\td2\t1\nq1\td1\t1\n", ":3: document 'd1' is judged for the second time for query 'q1'.")]
    [InlineData("q1 0 d1 1\nq1 0 d2\n", ":2: four columns were expected (qid 0 docid relevance), but there are 3.")]
    [InlineData("q1 0 d1 1\nq1 0 d 2 1\n", ":2: four columns were expected (qid 0 docid relevance), but there are 5.")]
    [InlineData("q1 0 d1 high\n", ":1: the fourth column is the relevance, a whole number, but it is 'high'.")]
    [InlineData("q1 0 d1 1\nq1 0 d1 0\n", ":2: document 'd1' is judged for the second time for query 'q1'.")]
    [InlineData(Json + "\n{\"query_id\": \"q1\"}", ":2: there is no field 'doc_id'; the record has 'query_id'.")]
    [InlineData("{\"query_id\": 1}", ":1: the field 'query_id' is a number; a string was expected.")]
    [InlineData("{\"query_id\": \"q\", \"doc_id\": \"d\", \"relevance\": 0.5}",
        ":1: the field 'relevance' is 0.5; a whole number was expected.")]
    [InlineData("{\"query_id\": \"q\", \"doc_id\": \"d\", \"relevance\": true}",
        ":1: the field 'relevance' is a boolean; a whole number was expected.")]
    [InlineData(Json + "\n[1]", ":2: a JSON object was expected, but it is an array.")]
    [InlineData("", " has no judgements; " + Layouts + " were expected.")]
    [InlineData(Heading, " has no judgements; " + Layouts + " were expected.")]
    public async Task ReadAsync_BadFile_NamesFileAndLine(string text, string expected)
    {
        string path = _folder.Write("test.tsv", text);

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Qrels.ReadAsync(path, Cancellation));

        Assert.Equal(path + expected, error.Message);
    }

    [Fact]
    public async Task ReadAsync_BytesThatAreNotUtf8_NamesTheLine()
    {
        string path = _folder.Write("test.tsv", [.. "q1\td1\t1\nq"u8, 0xE9, .. "\td1\t1\n"u8]);

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Qrels.ReadAsync(path, Cancellation));

        Assert.StartsWith($"{path}:2: byte 0xE9 is not valid UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_NoFile_SaysSo()
    {
        string path = Path.Combine(_folder.FullName, "none.tsv");

        var error = await Assert.ThrowsAsync<FileNotFoundException>(() => Qrels.ReadAsync(path, Cancellation));

        Assert.Equal($"There is no file {path}.", error.Message);
    }
}
