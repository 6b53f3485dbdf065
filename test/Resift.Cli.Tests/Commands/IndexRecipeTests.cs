using Resift.Sqlite;

namespace Resift.Cli.Tests.Commands;

/// <summary>What an index remembers of how it was made.</summary>
public sealed class IndexRecipeTests : IDisposable
{
    private readonly CommandLine _cli = new();

    public IndexRecipeTests()
    {
        _cli.File("docs/a.txt", "apples");
        _cli.File("docs/drafts/b.txt", "bananas");
        _cli.File("shop.csv", "sku,name\n1,pear\n");
        _cli.File("wiki/drafts/c.txt", "cherries");
    }

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Index_WithoutOptions_GoesByThoseOfTheLastTimeForThatFolder()
    {
        await IndexAsync("docs", "--exclude", "drafts", "--passage-tokens", "50");
        await IndexAsync("shop.csv", "--text-field", "name", "--id-field", "sku", "--passage-tokens", "50");
        _cli.Clear();

        await IndexAsync("docs");
        await IndexAsync("shop.csv");
        await IndexAsync("wiki");

        Assert.Equal(["docs/a.txt", "shop.csv#1", "wiki/drafts/c.txt"], await IdsAsync());
        Assert.Equal(
            [
                "resift: docs is indexed as before, with --exclude \"drafts\" (--reset forgets that)",
                "resift: shop.csv is indexed as before, with --text-field name --id-field sku (--reset forgets that)",
            ],
            _cli.Error.Split('\n').Where(line => line.Contains("is indexed", StringComparison.Ordinal)));
        Assert.Equal(50, Recipe()!.Tokens);
        Assert.Contains("0 added, 0 updated, 1 unchanged, 0 removed (1 files", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_OtherOptions_SaysWhatChanges()
    {
        await IndexAsync("docs", "--exclude", "drafts");
        await IndexAsync("docs", "--exclude", "a.txt", "--passage-tokens", "60");

        Assert.Contains(
            "docs is indexed with --exclude \"a.txt\" from now on; until now it was --exclude \"drafts\"",
            _cli.Error,
            StringComparison.Ordinal);
        Assert.Contains("passages have 60 tokens, 15 of them shared, from now on", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(["docs/drafts/b.txt"], await IdsAsync());
    }

    [Fact]
    public async Task Index_Reset_ForgetsThatFolderOnly()
    {
        await IndexAsync("docs", "--exclude", "drafts");
        await IndexAsync("wiki", "--exclude", "none");
        await IndexAsync("docs", "--reset");

        Assert.Equal(["docs/a.txt", "docs/drafts/b.txt", "wiki/drafts/c.txt"], await IdsAsync());
        Assert.Equal(["wiki"], Recipe()!.Sources.Keys);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("by hand")]
    [InlineData("{\"tokens\":1,\"overlap\":0}")]
    [InlineData("{\"tokens\":200,\"overlap\":150}")]
    [InlineData("{\"tokens\":200,\"overlap\":0,\"sources\":null}")]
    [InlineData("{\"tokens\":200,\"overlap\":0,\"sources\":{\"docs\":null}}")]
    [InlineData("tokens=99999999999 overlap=1")]
    public void Parse_WhatNoVersionWrote_IsNothing(string? text) => Assert.Null(IndexRecipe.Parse(text));

    [Fact]
    public void Parse_BothForms_GivesWhatWasWritten()
    {
        var earlier = IndexRecipe.Parse("tokens=100 overlap=20")!;
        Assert.Equal((100, 20), (earlier.Tokens, earlier.Overlap));
        var recipe = earlier with { Sources = new() { ["docs"] = new() { Include = ["*.cs"], NoGitignore = true } } };
        var again = IndexRecipe.Parse(recipe.ToString())!;
        Assert.Equal("--include \"*.cs\" --no-gitignore", again.Sources["docs"].Options);
        Assert.DoesNotContain("options", recipe.ToString(), StringComparison.Ordinal);
    }

    private async Task IndexAsync(string path, params string[] options) =>
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync(["index", _cli.At(path), .. options, "--db", _cli.At("x.db")]));

    private IndexRecipe? Recipe()
    {
        using var index = SqliteIndex.Open(_cli.At("x.db"));
        return IndexRecipe.Parse(index.GetCollection().GetInfo().Cut);
    }

    private async Task<IReadOnlyList<string>> IdsAsync()
    {
        using var index = SqliteIndex.Open(_cli.At("x.db"));
        return await index.GetCollection().GetDocumentIdsAsync().ToListAsync(TestContext.Current.CancellationToken);
    }
}
