using System.Text.Json;
using Resift.Cli.Tests.Formats;
using Resift.Sqlite;

namespace Resift.Cli.Tests.Commands;

/// <summary>Files that are no text, and those that a program turns into text.</summary>
public sealed class IndexFormatsTests : IDisposable
{
    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Search_Pdf_NamesThePage()
    {
        _cli.File("docs/a.pdf", SampleFiles.Pdf(null, [], ["nothing on this one"], ["whales sing at night"]));
        Assert.Equal((ExitCode.Ok, ""), (await IndexAsync("--passage-tokens", "16"), _cli.Error));
        _cli.Clear();

        await _cli.RunAsync("search", "whales", "--db", _cli.At("x.db"));
        Assert.Matches(@"docs/a\.pdf, page (1-)?2", _cli.Output);
        _cli.Clear();

        await _cli.RunAsync("search", "whales", "--db", _cli.At("x.db"), "--format", "jsonl");
        using var json = JsonDocument.Parse(_cli.Output);
        Assert.EndsWith("2", json.RootElement.GetProperty("metadata").GetProperty("page").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_BadDocuments_AreNamedAndSpoilNoOther()
    {
        _cli.File("docs/a.pdf", "no PDF");
        _cli.File("docs/b.docx", [0xD0, 0xCF, 0x11, 0xE0]);
        _cli.File("docs/c.xml", "<a>");
        _cli.File("docs/d.ipynb", "{}");
        _cli.File("docs/z.docx", SampleFiles.Docx("<w:p><w:r><w:t>good</w:t></w:r></w:p>"));

        Assert.Equal(ExitCode.Error, await IndexAsync());

        Assert.Contains("b.docx: it is encrypted with a password", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(4, _cli.Error.Split("skipped: ").Length - 1);
        Assert.DoesNotContain("please report it", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(["docs/z.docx"], await IdsAsync());
    }

    [Fact]
    public async Task Index_OtherTypes_AreCountedByEndingWithAHint()
    {
        _cli.File("docs/a.txt", "good");
        _cli.File("docs/b.odt", "?");
        _cli.File("docs/c.ODT", "?");
        _cli.File("docs/d.png", "?");
        _cli.File("docs/LICENSE", "?");

        Assert.Equal(ExitCode.Ok, await IndexAsync());

        Assert.Equal(
            "resift: passed over: 2 .odt, 1 without ending, 1 .png\n" +
            "resift: a program can turn such files into Markdown, as in --convert \"*.odt=pandoc -t markdown {}\"\n",
            _cli.Error);
    }

    [Fact]
    public async Task Index_Convert_ReadsWhatTheProgramWrites()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no sed");
        _cli.File("docs/-e name; of 'it'.odt", "# heading\n\nwhales");
        _cli.File("docs/z.txt", "good");

        Assert.Equal((ExitCode.Ok, ""), (await IndexAsync("--convert", "*.odt=sed 's/whales/whales sing/' {}"), _cli.Error));

        Assert.Equal(["docs/-e name; of 'it'.odt", "docs/z.txt"], await IdsAsync());
        _cli.Clear();
        await _cli.RunAsync("search", "whales", "--db", _cli.At("x.db"), "--format", "jsonl");
        Assert.Contains("\"text\":\"# heading\\n\\nwhales sing\"", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("\"title\":\"heading\"", _cli.Output, StringComparison.Ordinal);

        // The next run knows nothing of the program: what it read is left out now, and goes.
        _cli.Clear();
        await IndexAsync();
        Assert.Contains("passed over: 1 .odt", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(["docs/z.txt"], await IdsAsync());
    }

    [Theory]
    [InlineData("no-such-program-here {}", "a.odt: no-such-program-here cannot be started: ")]
    [InlineData("sh -c 'echo first >&2; echo second >&2; exit 3' {}", "a.odt: sh ended with exit code 3: first\n")]
    [InlineData("sh -c 'exit 4' {}", "a.odt: sh ended with exit code 4\n")]
    [InlineData("sh -c 'printf \"\\377\"' {}", "a.odt as sh writes it:1: byte 0xFF is not valid UTF-8")]
    [InlineData("sh -c 'sleep 60' {}", "a.odt: sh takes more than 1 s (--file-timeout).")]
    [InlineData("sh -c 'yes | head -c 70000000; sleep 60' {}", "a.odt as sh writes it: there are more than the 67,108,864 bytes")]
    public async Task Index_ConvertFails_NamesFileAndProgram(string program, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no sh");
        _cli.File("docs/a.odt", "text");
        _cli.File("docs/z.txt", "good");

        Assert.Equal(
            ExitCode.Error,
            await IndexAsync("--convert", $"*.odt={program}", "--file-timeout", expected.Contains("more than 1 s") ? "1" : "60"));

        Assert.Contains(expected, _cli.Error, StringComparison.Ordinal);
        Assert.Equal(["docs/z.txt"], await IdsAsync());
    }

    [Theory]
    [InlineData("*.odt")]
    [InlineData("*.odt=")]
    [InlineData("*.odt=pandoc")]
    [InlineData("=pandoc {}")]
    [InlineData("*.odt={}")]
    [InlineData("*.odt=pandoc \"{}")]
    public async Task Index_ConvertOfAnotherForm_IsAWrongCommandLine(string convert)
    {
        _cli.File("docs/a.odt", "text");
        Assert.Equal(ExitCode.Usage, await IndexAsync("--convert", convert));
        Assert.Contains("--convert", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("faq.csv", "id,question,answer,year\n7,How?,Like so.,2020\n", "How? Like so.", "7")]
    [InlineData("faq.csv", "question;answer\nHow?;\"Like; so.\"\n", "How? Like; so.", "1")]
    [InlineData("faq.tsv", "id\tquestion\n7\tsaid \"so\"\n", "said \"so\"", "7")]
    public async Task Index_TableWithoutTextColumn_TakesAllWithLetters(string name, string content, string expected, string id)
    {
        _cli.File($"docs/{name}", content);
        Assert.Equal((ExitCode.Ok, ""), (await IndexAsync(), _cli.Error));
        Assert.Equal([$"docs/{name}#{id}"], await IdsAsync());
        _cli.Clear();

        await _cli.RunAsync("search", "so", "--db", _cli.At("x.db"), "--format", "jsonl");
        using var json = JsonDocument.Parse(_cli.Output);
        Assert.Equal(expected, json.RootElement.GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("p.md", "[a](", 20_000)]
    [InlineData("p.md", ">", 20_000)]
    [InlineData("p.md", "- ", 20_000)]
    [InlineData("p.html", "<div>x</div>", 20_000)]
    [InlineData("p.html", "<p><b>", 20_000)]
    [InlineData("p.html", "<h1>a", 20_000)]
    [InlineData("p.csv", "a,\"", 20_000)]
    [InlineData("p.json", "[", 20_000)]
    public async Task Index_HostileShapes_SpoilNoNeighbour(string name, string part, int times)
    {
        _cli.File($"docs/{name}", string.Concat(Enumerable.Repeat(part, times)));
        _cli.File("docs/z.txt", "good");
        await IndexAsync();
        Assert.Contains("docs/z.txt", await IdsAsync());
        Assert.DoesNotContain("please report it", _cli.Error, StringComparison.Ordinal);
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
