namespace Resift.Evaluation.Tests;

public sealed class QrelsTests : IDisposable
{
    private const string Heading = "query-id\tcorpus-id\tscore\n";

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
    [InlineData(Heading + "q1\td1\n", ":2: query-id, corpus-id and score with tabs between them were expected, but there are 2 columns.")]
    [InlineData("q1 d1 1\n", ":1: query-id, corpus-id and score with tabs between them were expected, but there are 1 columns.")]
    [InlineData(Heading + "\nq1\td1\t0.5\n", ":3: the third column is the score, a whole number, but it is '0.5'.")]
    [InlineData("query\tdocument\tgrade\nq1\td1\t1\n", ":1: the third column is the score, a whole number, but it is 'grade'.")]
    [InlineData("q1\td1\t1\nq1\td2\t1\nq1\td1\t1\n", ":3: document 'd1' is judged for the second time for query 'q1'.")]
    [InlineData("", " has no judgements; lines of query-id, corpus-id and score with tabs between them were expected.")]
    [InlineData(Heading, " has no judgements; lines of query-id, corpus-id and score with tabs between them were expected.")]
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
