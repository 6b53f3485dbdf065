namespace Resift.Evaluation.Tests;

public sealed class BeirDatasetTests : IDisposable
{
    private const string Corpus = """
        {"_id": "d1", "title": "Red", "text": "fish", "metadata": {"url": "x"}}
        {"_id": "d2", "title": "", "text": "blue"}
        {"_id": "d3", "text": ""}
        """;

    private const string Queries = """{"_id": "q1", "text": "which fish?", "metadata": {}}""";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData(".gz")]
    public async Task Files_PackedOrNot_AreRead(string ending)
    {
        _folder.Write($"corpus.jsonl{ending}", Corpus);
        _folder.Write($"queries.jsonl{ending}", Queries);
        _folder.Write($"qrels/test.tsv{ending}", "q1\td1\t1\n");
        _folder.Write($"qrels/dev.tsv{ending}", "q1\td2\t1\n");
        var dataset = BeirDataset.Open(_folder.FullName + Path.DirectorySeparatorChar);

        Assert.Equal(Path.GetFileName(_folder.FullName), dataset.Name);
        BeirDocument[] documents = await dataset.ReadCorpusAsync(Cancellation).ToArrayAsync(Cancellation);
        Assert.Equal([new("d1", "Red", "fish"), new("d2", "", "blue"), new("d3", "", "")], documents);
        Assert.Equal(["Red fish", "blue", ""], documents.Select(document => document.TitleAndText));
        Assert.Equal(new Dictionary<string, string> { ["q1"] = "which fish?" }, await dataset.ReadQueriesAsync(Cancellation));
        Assert.Equal(["d1"], (await dataset.ReadQrelsAsync(cancellationToken: Cancellation)).GetGrades("q1").Keys);
        Assert.Equal(["d2"], (await dataset.ReadQrelsAsync("dev", Cancellation)).GetGrades("q1").Keys);
    }

    [Fact]
    public async Task ReadCorpusAsync_ByteOrderMarkAndWindowsLineEnds_AreNoText()
    {
        var dataset = Open("\uFEFF" + Corpus.ReplaceLineEndings("\r\n") + "\r\n\r\n");

        Assert.Equal(3, await dataset.ReadCorpusAsync(Cancellation).CountAsync(Cancellation));
    }

    [Theory]
    [InlineData("{\"_id\": \"d1\", \"text\": \"\"}\n{\"_id\": 2}", ":2: the field '_id' is a number; a string was expected.")]
    [InlineData("{\"text\": \"a\"}", ":1: there is no field '_id'; the record has 'text'.")]
    [InlineData("\n{\"_id\": \"d1\", \"title\": \"a\"}", ":2: there is no field 'text'; the record has '_id', 'title'.")]
    [InlineData("{\"_id\": \"d1\", \"title\": null, \"text\": \"a\"}", ":1: the field 'title' is null; a string was expected.")]
    [InlineData("{\"_id\": \"d1\", \"text\": \"\\ud83d\"}", ":1: the field 'text' has half of a surrogate pair")]
    [InlineData("[\"d1\"]", ":1: a JSON object was expected, but it is an array.")]
    [InlineData("{\"_id\": \"d1\", \"text\": \"a\"}\n{\"_id\": \"d2\"", ":2: this is not JSON: ")]
    [InlineData("", " is empty; lines of JSON with _id and text were expected.")]
    [InlineData("\n", " is empty; lines of JSON with _id and text were expected.")]
    public async Task ReadCorpusAsync_BadFile_NamesFileAndLine(string corpus, string expected)
    {
        var dataset = Open(corpus);

        var error = await Assert.ThrowsAsync<InvalidDataException>(
            async () => await dataset.ReadCorpusAsync(Cancellation).CountAsync(Cancellation));

        Assert.StartsWith(Path.Combine(_folder.FullName, "corpus.jsonl") + expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadTextsAsync_SomeDocuments_OnlyThoseAreRead()
    {
        var dataset = Open(Corpus + "\n{\"_id\": \"d2\", \"text\": \"again\"}");

        var texts = await dataset.ReadTextsAsync(["d1", "d3", "d1"], Cancellation);

        Assert.Equal(new Dictionary<string, string> { ["d1"] = "Red fish", ["d3"] = "" }, texts);
    }

    [Fact]
    public async Task ReadTextsAsync_DocumentThatIsThereTwice_NamesTheLine()
    {
        var dataset = Open(Corpus + "\n{\"_id\": \"d2\", \"text\": \"again\"}");

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => dataset.ReadTextsAsync(["d2"], Cancellation));

        Assert.Equal(
            $"{Path.Combine(_folder.FullName, "corpus.jsonl")}:4: the id 'd2' occurs for the second time.", error.Message);
    }

    [Fact]
    public async Task ReadTextsAsync_UnknownDocuments_AreNamed()
    {
        var dataset = Open(Corpus);

        var error = await Assert.ThrowsAsync<InvalidDataException>(
            () => dataset.ReadTextsAsync(["d1", "e1", "e2", "e3", "e4"], Cancellation));

        Assert.EndsWith(
            "corpus.jsonl: 4 of the 5 documents that were asked for are not in it, among them 'e1', 'e2', 'e3'.",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadQueriesAsync_QueryThatIsThereTwice_NamesTheLine()
    {
        _folder.Write("corpus.jsonl", Corpus);
        _folder.Write("queries.jsonl", $"{Queries}\n{Queries}");

        var error = await Assert.ThrowsAsync<InvalidDataException>(
            () => BeirDataset.Open(_folder.FullName).ReadQueriesAsync(Cancellation));

        Assert.EndsWith("queries.jsonl:2: the id 'q1' occurs for the second time.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoQueries_SaysWhatIsMissing()
    {
        _folder.Write("corpus.jsonl", Corpus);

        var error = Assert.Throws<FileNotFoundException>(() => BeirDataset.Open(_folder.FullName));

        Assert.Contains(Path.Combine(_folder.FullName, "queries.jsonl"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadQrelsAsync_UnknownSplit_SaysWhatIsMissing()
    {
        var dataset = Open(Corpus);

        var error = await Assert.ThrowsAsync<FileNotFoundException>(() => dataset.ReadQrelsAsync("train", Cancellation));

        Assert.Contains(Path.Combine("qrels", "train.tsv"), error.Message, StringComparison.Ordinal);
    }

    private BeirDataset Open(string corpus)
    {
        _folder.Write("corpus.jsonl", corpus);
        _folder.Write("queries.jsonl", Queries);
        return BeirDataset.Open(_folder.FullName);
    }
}
