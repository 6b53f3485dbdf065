using Resift.Testing;

namespace Resift.Docs.Tests;

/// <summary>Compiles every block of C# in the documentation as it stands there, its usings included.</summary>
public sealed class SnippetTests
{
    // What is read first, also as the page of a package, has to be complete.
    private static readonly string[] _complete =
    [
        "README.md",
        .. Directory.GetFiles(TestData.InRepository("src"), "README.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(TestData.Root, path)),
    ];

    public static TheoryData<string, int> Snippets()
    {
        var snippets = new TheoryData<string, int>();
        string[] guides = Directory.GetFiles(TestData.InRepository("docs"), "*.md", SearchOption.AllDirectories);
        foreach (string page in _complete.Concat(guides.Select(path => Path.GetRelativePath(TestData.Root, path))).Order())
        {
            foreach (var snippet in Snippet.Of(page))
            {
                snippets.Add(page, snippet.Line);
            }
        }

        return snippets;
    }

    public static TheoryData<string> CompletePages() => [.. _complete];

    [Theory]
    [MemberData(nameof(Snippets))]
    public void Snippet_AsItStands_Compiles(string page, int line)
    {
        string[] found = [.. Snippet.Of(page).Single(snippet => snippet.Line == line).Compile()];

        // Assert.Empty would cut what the compiler says.
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    [Theory]
    [MemberData(nameof(CompletePages))]
    public void Page_ReadFirst_HasCodeAndGivesItNothing(string page)
    {
        var snippets = Snippet.Of(page);

        Assert.Equal(page != "src/Resift.Cli/README.md", snippets.Any());
        Assert.All(snippets, snippet => Assert.Empty(snippet.Given));
    }

    [Theory]
    [InlineData("using Resift;\nvar reranker = new CohereReranker();", "")]
    [InlineData("string text = query;\nConsole.WriteLine(text);", "", "string query;")]
    [InlineData("var reranker = new CohereReranker();", "page.md:12 CS0246")]
    [InlineData("using Resift;\nvar reranker = new CohereReranker(topN: 3);", "page.md:13 CS1739")]
    [InlineData("using Resift;\nIReranker reranker = null;\nreranker.Dispose();", "page.md:13 CS8600")]
    [InlineData("using Resift;\nConsole.WriteLine();", "page.md:12 CS8019")]
    [InlineData("using Resift;\nsealed record Wrapper(IReranker Inner);", "")]
    [InlineData("sealed record Wrapper(IReranker Inner);", "page.md:12 CS0246")]
    public void Compile_GoodAndBadCode_IsTold(string code, string expected, string given = "")
    {
        var found = new Snippet("page.md", 11, code, given).Compile();

        Assert.StartsWith(expected, found.FirstOrDefault() ?? "", StringComparison.Ordinal);
        Assert.Equal(expected.Length > 0, found.Any());
    }
}
