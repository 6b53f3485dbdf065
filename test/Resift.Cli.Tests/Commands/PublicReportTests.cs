using Resift.Retrieval;
using Resift.Testing;

namespace Resift.Cli.Tests.Commands;

/// <summary>Inputs of public reports about programs that do this job.</summary>
public sealed class PublicReportTests : IDisposable
{
    private const string Folder = "review/cases/bugs";

    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [ReferenceTheory(Folder)]
    [InlineData("comment.md", "Visible")]
    [InlineData("csharp2.md", "Using C#")]
    [InlineData("indent.md", "Indented")]
    [InlineData("longfence.md", "The real title")]
    [InlineData("setext.md", "The Setext Title")]
    [InlineData("three.md", "Three spaces are fine")]
    public void Markdown_Titles_AreTheFirstHeading(string name, string expected) =>
        Assert.Equal(expected, DocumentOutline.OfMarkdown(File.ReadAllText(TestData.Shared($"{Folder}/md-title/{name}"))).Title);

    [ReferenceFact(Folder)]
    public void Html_CodeInLists_HidesNoHeading()
    {
        var (text, outline) = HtmlText.Read(File.ReadAllText(TestData.Shared($"{Folder}/html-list-pre/site/install.html")));
        Assert.Equal(
            ["Install", "Uninstall", "Upgrade"],
            outline.Blocks.Where(block => block.Level > 0).Select(block => block.Heading));
        Assert.Contains("```\nmake install\n```", text, StringComparison.Ordinal);
    }

    [ReferenceTheory(Folder)]
    [InlineData("beir-null-title", "queries.jsonl")]
    [InlineData("queries-field", "queries.jsonl")]
    [InlineData("queries-field", "queries2.jsonl", "--query-id-field", "qid")]
    public async Task Rerank_RunOfAnotherForm_IsReranked(string folder, string queries, params string[] options)
    {
        string path = TestData.Shared($"{Folder}/{folder}");
        int code = await _cli.RunAsync(
        [
            "rerank", "--corpus", Path.Combine(path, "corpus.jsonl"), "--queries", Path.Combine(path, queries),
            "--run", Path.Combine(path, "run.trec"), .. options,
        ]);

        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal(
            ["d1", "d2", "d3"], _cli.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[2]).Order());
    }

    [ReferenceFact(Folder)]
    public async Task Search_Excerpts_KeepLinesOfSourceCode()
    {
        string path = TestData.Shared($"{Folder}/excerpt");
        await _cli.RunAsync("index", path, "--db", _cli.At("x.db"));
        await _cli.RunAsync("search", "whales", "--db", _cli.At("x.db"));
        Assert.Contains("#define WHALES 10", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("# only comment about whales", _cli.Output, StringComparison.Ordinal);
    }

    [ReferenceFact(Folder)]
    public async Task Search_WordOfOneDocumentOnly_FindsIt()
    {
        await _cli.RunAsync("index", TestData.Shared($"{Folder}/minmax-single"), "--db", _cli.At("x.db"));
        _cli.Clear();
        await _cli.RunAsync(
            "search", "QX7731A", "--db", _cli.At("x.db"), "--tier", "embedding", "--retriever", "lexical", "--format", "trec");
        Assert.Matches("^1 Q0 [^ ]*parts2\\.jsonl#wanted 1 ", _cli.Output);
    }
}
