using System.Text;
using Resift.Sqlite;

namespace Resift.Cli.Tests.Commands;

public sealed class IndexCommandTests : IDisposable
{
    private readonly TestLoader _loader = new();
    private readonly CommandLine _cli;

    public IndexCommandTests() => _cli = new() { Loader = _loader };

    private string Db => _cli.At("index.db");

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Index_EveryFormat_MakesDocumentsWithTheirIds()
    {
        _cli.File("docs/plain.txt", "Plain words.");
        _cli.File("docs/guide/mark.md", "# Title\n\nSome text.");
        _cli.File("docs/page.html", "<title>Page</title><p>Shown</p>");
        _cli.File("docs/lines.jsonl", "{\"_id\":\"x\",\"text\":\"one\"}\n\n{\"_id\":\"y\",\"text\":\"two\"}\n");
        _cli.File("docs/list.json", "[\"first\", \"second\"]");
        _cli.File("docs/one.json", "{\n  \"id\": 7,\n  \"content\": \"alone\"\n}");
        _cli.File("docs/table.csv", "id,text,lang\na,\"with, comma\",en\nb,\"two\nlines\",de\n");
        _cli.File("docs/tabs.tsv", "text\tyear\nsaid \"so\"\t1999\n");

        Assert.Equal((ExitCode.Ok, ""), (await IndexAsync(), _cli.Error));

        Assert.StartsWith(
            "11 added, 0 updated, 0 unchanged, 0 removed (8 files, 11 passages embedded, ", _cli.Output, StringComparison.Ordinal);
        Assert.Equal(
            [
                "docs/guide/mark.md", "docs/lines.jsonl#x", "docs/lines.jsonl#y", "docs/list.json#1", "docs/list.json#2",
                "docs/one.json#7", "docs/page.html", "docs/plain.txt",
                "docs/table.csv#a", "docs/table.csv#b", "docs/tabs.tsv#1",
            ],
            await IdsAsync());
        Assert.Equal(["docs/table.csv#b"], await IdsAsync(new() { ["lang"] = "de" }));
        Assert.Equal(["docs/tabs.tsv#1"], await IdsAsync(new() { ["year"] = "1999", ["path"] = "tabs.tsv" }));
        Assert.Equal(["docs/page.html"], await IdsAsync(new() { ["title"] = "Page" }));
    }

    [Fact]
    public async Task Index_FormatsWithHeadings_HaveTheirTitles()
    {
        _cli.File("docs/front.md", "---\ntitle: \"Front matter\"\n---\n# Other");
        _cli.File("docs/fence.md", "```sh\n# a comment\n```\n\n# Learn C#");
        _cli.File("docs/sphinx.rst", "Sphinx\n======\n\nText.");
        _cli.File("docs/ascii.adoc", "= Ascii\n:toc:\n\nText.");
        _cli.File("docs/none.md", "## Part\n\nText.");

        Assert.Equal((ExitCode.Ok, ""), (await IndexAsync(), _cli.Error));

        Assert.Equal(["docs/front.md"], await IdsAsync(new() { ["title"] = "Front matter" }));
        Assert.Equal(["docs/fence.md"], await IdsAsync(new() { ["title"] = "Learn C#" }));
        Assert.Equal(["docs/sphinx.rst"], await IdsAsync(new() { ["title"] = "Sphinx" }));
        Assert.Equal(["docs/ascii.adoc"], await IdsAsync(new() { ["title"] = "Ascii" }));
        Assert.Empty(await IdsAsync(new() { ["title"] = "Part" }));
    }

    [Fact]
    public async Task Index_FieldOptions_SayWhereIdAndTextAre()
    {
        string file = _cli.File("shop.csv", "sku;name;description\nA-1;Shoe;Red and light\n");

        Assert.Equal((ExitCode.Ok, ""),
            (await _cli.RunAsync("index", file, "--db", Db, "--id-field", "sku", "--text-field", "name,description"), _cli.Error));

        Assert.Equal(["shop.csv#A-1"], await IdsAsync());
        _cli.Clear();
        await _cli.RunAsync("search", "shoe", "--db", Db, "--format", "jsonl");
        Assert.Contains("\"text\":\"Shoe Red and light\"", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_BadFiles_AreReportedSkippedAndTheExitCodeSaysSo()
    {
        _cli.File("docs/good.txt", "good");
        _cli.File("docs/latin1.txt", Encoding.Latin1.GetBytes("caf\u00e9"));
        _cli.File("docs/binary.md", [1, 0, 2]);
        _cli.File("docs/half.jsonl", "{\"text\":\"fine\"}\n{oops\n{\"text\":\"fine, too\"}\n");
        _cli.File("docs/odd.csv", "text,lang\na,en,what\n");
        _cli.File("docs/picture.png", [1, 0, 2]);
        _cli.File("docs/settings.json", "{ \"indent\": 4 }");

        Assert.Equal(ExitCode.Error, await IndexAsync());

        Assert.Equal(["docs/good.txt", "docs/half.jsonl#1", "docs/half.jsonl#3"], await IdsAsync());
        string[] lines = _cli.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, lines.Length);
        Assert.All(lines[..4], line => Assert.StartsWith("resift: skipped: ", line, StringComparison.Ordinal));
        Assert.Contains("binary.md:1: there is a zero byte", lines[0], StringComparison.Ordinal);
        Assert.Contains("half.jsonl:2: this is not JSON", lines[1], StringComparison.Ordinal);
        Assert.Contains("latin1.txt:1: byte 0xE9 is not valid UTF-8", lines[2], StringComparison.Ordinal);
        Assert.Contains("odd.csv:2: the row has 3 fields, but the first row names 2.", lines[3], StringComparison.Ordinal);
        Assert.Equal("resift: passed over: 1 JSON without documents, 1 .png", lines[4]);
    }

    [Fact]
    public async Task Index_LongFile_IsCutIntoPassagesWithHeadings()
    {
        string text = string.Concat(Enumerable.Range(0, 60).Select(i => $"Sentence number {i} has six words. "));
        string file = _cli.File("long.md", $"# Top\n\n## First\n\n{text}\n\n## Second\n\nThe end.\n");

        await _cli.RunAsync("index", file, "--db", Db, "--passage-tokens", "100", "--overlap", "10");
        _cli.Clear();
        await _cli.RunAsync("search", "the end", "--db", Db, "--top-n", "1", "--format", "jsonl");

        Assert.Contains("\"id\":\"long.md\"", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("\"heading\":\"Top > Second\"", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("\"other_passages\":[{", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_FileTooLong_IsRefusedBeforeItIsRead()
    {
        string path = _cli.File("huge.txt", "");
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(DocumentReader.LargestWhole + 1);
        }

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("index", path, "--db", Db));
        Assert.Contains("huge.txt has 67,108,865 bytes;", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_NothingThere_SaysWhatWasExpected()
    {
        _cli.File("docs/picture.png", "");

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("index", _cli.At("missing"), "--db", Db));
        Assert.Equal($"resift: There is no file or folder {_cli.At("missing")}.\n", _cli.Error);
        Assert.Equal(ExitCode.Error, await IndexAsync());
        Assert.Contains("There is nothing to index in", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_OverlapOfMoreThanHalf_IsAUsageError()
    {
        _cli.File("docs/a.txt", "a");

        string[] options = ["--passage-tokens", "20", "--overlap", "11"];
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync(["index", _cli.At("docs"), "--db", Db, .. options]));
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("index", _cli.At("docs")));
        Assert.Contains("--db", _cli.Error, StringComparison.Ordinal);
    }

    private Task<int> IndexAsync() => _cli.RunAsync("index", _cli.At("docs"), "--db", Db);

    private async Task<List<string>> IdsAsync(Dictionary<string, string>? filter = null)
    {
        using var index = SqliteIndex.Open(Db);
        return await index.GetCollection().GetDocumentIdsAsync(null, filter, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
    }
}
