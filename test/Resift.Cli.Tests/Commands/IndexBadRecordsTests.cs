using System.Diagnostics;
using Resift.Sqlite;

namespace Resift.Cli.Tests.Commands;

/// <summary>One bad thing among good ones: it is named and left out, and nothing else is lost.</summary>
public sealed class IndexBadRecordsTests : IDisposable
{
    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("x.jsonl", "{\"id\":1,\"text\":\"a\"}\n{oops\n{\"id\":3,\"text\":\"c\"}", "x.jsonl:2: this is not JSON", "1 3")]
    [InlineData("x.jsonl", "{oops\n{\"id\":2,\"text\":\"b\"}", "x.jsonl:1: this is not JSON", "2")]
    [InlineData("x.jsonl", "{\"number\":1}\n{\"id\":2,\"text\":\"b\"}", "x.jsonl:1: there is no text field", "2")]
    [InlineData("x.jsonl", "{\"id\":\"a\\u0000b\",\"text\":\"a\"}\n{\"id\":2,\"text\":\"b\"}", "has a zero character", "2")]
    [InlineData(
        "x.jsonl", "{\"id\":1,\"text\":\"a\",\"text\":\"b\"}\n{\"id\":2,\"text\":\"b\"}", "x.jsonl:1: this is not JSON: Duplicate", "2")]
    [InlineData(
        "x.jsonl", "{\"id\":1,\"text\":\"a\"}\n{\"id\":2,\"text\":[]}\n{\"id\":3,\"text\":\"c\"}",
        "x.jsonl:2: the text field 'text'", "1 3")]
    [InlineData("x.jsonl", "{\"id\":1,\"text\":\"a\"}\n\0\n{\"id\":3,\"text\":\"c\"}", "x.jsonl:2: there is a zero byte", "1 3")]
    [InlineData("x.jsonl", "{\"text\":\"a\"}\n{\"text\":0}\n{\"text\":\"c\"}", "x.jsonl:2:", "1 3")]
    [InlineData(
        "x.jsonl", "{\"id\":1,\"text\":\"a\"}\n{\"\\ud800\":1,\"text\":\"b\"}\n{\"id\":3,\"text\":\"c\"}",
        "x.jsonl:2: this is not JSON: a field's name has half of a surrogate pair", "1 3")]
    [InlineData("x.json", "[0,{\"id\":2,\"text\":\"b\"},{\"id\":3},{\"id\":4,\"text\":\"d\"}]", "item 0 of the array", "2 4")]
    [InlineData("x.csv", "id,text\n1,a\n2,b,c\n3,c\n", "x.csv:3: the row has 3 fields", "1 3")]
    [InlineData("x.csv", "id,text\n1,\"never closed\n2,b\n\n3,c\n", "x.csv:2: this is no row of CSV", "2 3")]
    [InlineData("x.csv", "id,text\n1,a\n2,\"b\"x\n3,c\n", "x.csv:3: this is no row of CSV", "1 3")]
    [InlineData("x.csv", "id,text\n1,a\n2,\0\n3,c\n", "x.csv:3: there is a zero byte", "1 3")]
    [InlineData("x.csv", "id,text,text\n1,a,b\n", "x.csv:1: the first row names 'text' twice", "")]
    public async Task Index_BadRecord_SpoilsNoOther(string name, string content, string expected, string kept)
    {
        _cli.File($"docs/{name}", content);
        _cli.File("docs/z.txt", "last");

        Assert.Equal(ExitCode.Error, await IndexAsync());

        Assert.Contains(expected, _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(
            [.. kept.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => $"docs/{name}#{id}"), "docs/z.txt"], await IdsAsync());
    }

    [Fact]
    public async Task Index_Utf16Csv_IsRefusedAsOtherTypesAre()
    {
        _cli.File("docs/x.csv", [0xFF, 0xFE, .. System.Text.Encoding.Unicode.GetBytes("id,text\n1,a\n")]);
        Assert.Equal(ExitCode.Error, await IndexAsync());
        Assert.Contains("x.csv is UTF-16; UTF-8 was expected.", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_LineThatIsTooLong_IsLeftOut()
    {
        byte[] lines = new byte[DocumentReader.LongestLine + 100_000];
        Array.Fill(lines, (byte)'x');
        "{\"id\":1,\"text\":\"a\"}\n"u8.CopyTo(lines);
        "\n{\"id\":3,\"text\":\"c\"}"u8.CopyTo(lines.AsSpan(lines.Length - 20));
        _cli.File("docs/x.jsonl", lines);

        Assert.Equal(ExitCode.Error, await IndexAsync());

        Assert.Contains("x.jsonl:2: the line has more than 16,777,216 bytes", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(["docs/x.jsonl#1", "docs/x.jsonl#3"], await IdsAsync());
    }

    [Fact]
    public async Task Index_RecordThatBecameBad_StaysAsItWas()
    {
        _cli.File("docs/x.jsonl", "{\"id\":1,\"text\":\"a\"}\n{\"id\":2,\"text\":\"b\"}");
        await IndexAsync();
        _cli.File("docs/x.jsonl", "{\"id\":1,\"text\":\"a\"}\n{\"id\":2,\"te");

        Assert.Equal(ExitCode.Error, await IndexAsync());

        Assert.Equal(["docs/x.jsonl#1", "docs/x.jsonl#2"], await IdsAsync());
    }

    [Fact]
    public async Task Index_ManyOfAKind_AreCountedAndNamedByVerbose()
    {
        for (int i = 1; i <= 20; i++)
        {
            _cli.File($"docs/{i}.txt", [0xFF, (byte)i]);
        }

        Assert.Equal(ExitCode.Error, await IndexAsync());
        string[] lines = _cli.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["resift: skipped: 17 more of this kind", "resift: skipped in all: 20; --verbose names them"], lines[3..5]);

        _cli.Clear();
        await IndexAsync("--verbose");
        Assert.Equal(20, _cli.Error.Split('\n').Count(line => line.StartsWith("resift: skipped: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Index_DeepHtml_IsRefusedAndWideHtmlIsNot()
    {
        _cli.File("docs/deep.html", string.Concat(Enumerable.Repeat("<div>", 100_000)));
        _cli.File("docs/wide.html", string.Concat(Enumerable.Repeat("<div>word</div>", 2_000)));

        Assert.Equal(ExitCode.Error, await IndexAsync());

        Assert.Contains("deep.html: there are more than 500 HTML elements within one another", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(["docs/wide.html"], await IdsAsync());
    }

    [Fact]
    public async Task Index_PipesDevicesAndLinksOutOfTheFolder_ArePassedOver()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes and devices are no files there, and links need rights");
        _cli.File("secret.txt", "a secret");
        _cli.File("secrets/other.txt", "another secret");
        _cli.File("docs/good.txt", "good");
        _cli.File("docs/sub/good.txt", "good as well");
        Link("docs/inside.txt", "sub/good.txt");
        Link("docs/up.txt", "../secret.txt");
        Link("docs/whole.txt", _cli.At("secret.txt"));
        Link("docs/zero.txt", "/dev/zero");
        Link("docs/dead.txt", "nothing.txt");
        Link("docs/circle.txt", "circle.txt");
        // By way of a folder that is a link itself, so that the path looks as if it stayed inside.
        Link("docs/folder", _cli.At("secrets"));
        Link("docs/through.txt", "folder/other.txt");
        Link("docs/beside.txt", "folder/../secret.txt");
        Link("docs/sub/.gitignore", "/dev/zero");
        using (var made = Process.Start("mkfifo", [_cli.At("docs/pipe.txt"), _cli.At("docs/.gitignore")]))
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(ExitCode.Ok, await IndexAsync());

        Assert.Equal(["docs/good.txt", "docs/inside.txt", "docs/sub/good.txt"], await IdsAsync());
        Assert.Contains("6 links out of the folder", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("2 empty or no regular files", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_FolderReachedByALink_IsIndexed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        _cli.File("real/a.txt", "a");
        Link("real/b.txt", "a.txt");
        Link("docs", "real");

        Assert.Equal(ExitCode.Ok, await IndexAsync());
        Assert.Equal(["docs/a.txt", "docs/b.txt"], await IdsAsync());
    }

    private void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_cli.At(path))!);
        File.CreateSymbolicLink(_cli.At(path), target);
    }

    private Task<int> IndexAsync(params string[] more) => _cli.RunAsync(["index", _cli.At("docs"), "--db", _cli.At("x.db"), .. more]);

    private async Task<IReadOnlyList<string>> IdsAsync()
    {
        using var index = SqliteIndex.Open(_cli.At("x.db"));
        var ids = await index.GetCollection().GetDocumentIdsAsync(cancellationToken: TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
        return [.. ids.Order(StringComparer.Ordinal)];
    }
}
