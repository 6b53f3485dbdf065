namespace Resift.Cli.Tests.Indexing;

public sealed class FileWalkTests : IDisposable
{
    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void Add_Folder_TakesKnownTypesInOrder()
    {
        Write("b.txt", "a/z.md", "a.HTML", "pic.png", ".hidden.md", ".git/x.md", "c.rs", "d.csv");

        Assert.Equal(["a/z.md", "a.HTML", "b.txt", "c.rs", "d.csv"], Found([], out var skipped));
        Assert.Equal(["passed over: 2 hidden, 1 .png"], skipped.Lines());
    }

    [Fact]
    public void Add_Gitignore_OfEveryFolderHolds()
    {
        Write("keep.md", "drop.md", "build/x.md", "sub/drop.md", "sub/keep.md", "sub/deep/note.md", "sub/deep/drop.md");
        _cli.File(".gitignore", "drop.md\n/build/\nnote.*\n");
        _cli.File("sub/.gitignore", "keep.md\n!note.md\n");
        _cli.File("sub/deep/.gitignore", "!drop.md\n");

        Assert.Equal(["keep.md", "sub/deep/drop.md", "sub/deep/note.md"], Found([]));
        Assert.Equal(7, Found([], obeysGitignore: false).Length);
    }

    [Fact]
    public void Add_FolderInARepository_ObeysTheRulesAbove()
    {
        Directory.CreateDirectory(_cli.At(".git"));
        Write("docs/a.md", "docs/out/b.md", "vendor/c.md");
        _cli.File(".gitignore", "out\nvendor\n");

        Assert.Equal(["a.md"], Names(Walk("docs")));
        // Named, so wanted, whatever the rules say.
        Assert.Equal(["c.md"], Names(Walk("vendor")));
    }

    [Theory]
    [InlineData("*.md", null, "a.md,sub/b.md")]
    [InlineData("sub/*.md", null, "sub/b.md")]
    [InlineData("*.rs", null, "sub/c.rs")]
    [InlineData(null, "sub", "a.md,d.txt")]
    [InlineData(null, "*.txt", "a.md,sub/b.md,sub/c.rs")]
    [InlineData("*.md", "sub/", "a.md")]
    public void Add_Globs_SelectFiles(string? include, string? exclude, string expected)
    {
        Write("a.md", "d.txt", "sub/b.md", "sub/c.rs");
        var filter = new PathFilter(include is null ? null : [include], exclude is null ? null : [exclude]);

        Assert.Equal(expected.Split(','), Names(Walk("", filter)));
    }

    [Fact]
    public void Add_LinksInACircle_Ends()
    {
        Write("sub/a.md");
        Directory.CreateSymbolicLink(_cli.At("sub/again"), _cli.Folder);

        Assert.Equal(["sub/a.md"], Found([], out var skipped));
        Assert.Equal(["passed over: 1 links to folders"], skipped.Lines());
    }

    [Fact]
    public void Add_FileByName_IsTakenWhateverItIs()
    {
        Write(".hidden.conf");

        var file = Assert.Single(Walk(".hidden.conf").Files);
        Assert.Equal((FileKind.Text, ".hidden.conf", true), (file.Kind, file.Name, file.IsNamed));
    }

    [Fact]
    public void Add_SameFileTwice_IsTakenOnce()
    {
        Write("a.md");
        var walk = Walk("");
        walk.Add(_cli.At("a.md"), TestContext.Current.CancellationToken);

        Assert.Single(walk.Files);
    }

    private static string[] Names(FileWalk walk) => [.. walk.Files.Select(file => file.Name)];

    private void Write(params string[] names)
    {
        foreach (string name in names)
        {
            _cli.File(name, "text");
        }
    }

    private string[] Found(string[] include, out SkippedFiles skipped, bool obeysGitignore = true)
    {
        skipped = new();
        var walk = new FileWalk(new(include, null), obeysGitignore, folder => folder, skipped);
        walk.Add(_cli.Folder, TestContext.Current.CancellationToken);
        return Names(walk);
    }

    private string[] Found(string[] include, bool obeysGitignore = true) => Found(include, out _, obeysGitignore);

    private FileWalk Walk(string path, PathFilter? filter = null)
    {
        var walk = new FileWalk(filter ?? new(null, null), obeysGitignore: true, folder => folder, new());
        walk.Add(_cli.At(path), TestContext.Current.CancellationToken);
        return walk;
    }
}
