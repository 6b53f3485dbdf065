using Resift.Retrieval;

namespace Resift.Cli.Tests.Search;

public sealed class PagePriorsTests
{
    [Theory]
    [InlineData("CHANGELOG.md", true)]
    [InlineData("docs/release-notes.md", true)]
    [InlineData("release_notes/2.0.md", false)]
    [InlineData("docs/Guides/Migration-Guide-V5.md", true)]
    [InlineData("migrating.rst", true)]
    [InlineData("doc/upgrade.adoc", true)]
    [InlineData("whats-new.md", true)]
    [InlineData("HISTORY", true)]
    [InlineData("docs/newsletter.md", false)]
    [InlineData("docs/exchanges.md", false)]
    [InlineData("docs/changes-in-state.md", true)]
    [InlineData("tutorial/testing.md", false)]
    [InlineData("docs/release.md", false)]
    public void For_PagesOfChanges_StandBehindOthers(string path, bool isBehind) =>
        Assert.Equal(isBehind ? -1 : 0, new PagePriors([]).For("how do I test my endpoints")(Page(path)));

    [Theory]
    [InlineData("what changed in version 5")]
    [InlineData("how do I migrate from v3")]
    [InlineData("is this deprecated")]
    [InlineData("new in 4.2")]
    [InlineData("breaking changes")]
    public void For_QuestionsAboutChanges_LeaveThemAlone(string query) =>
        Assert.Equal(0, new PagePriors([]).For(query)(Page("CHANGELOG.md")));

    [Fact]
    public void For_OwnPriors_TheFirstThatFitsCounts()
    {
        var prior = new PagePriors(["docs/api/*=0.5", "*.md=-2"]).For("how do I test");
        Assert.Equal(0.5, prior(Page("docs/api/changelog.md")));
        Assert.Equal(-2, prior(Page("deep/er/page.md")));
        Assert.Equal(0, prior(Page("page.txt")));
        Assert.Equal(0, new PagePriors(["**=0"]).For("how do I test")(Page("CHANGELOG.md")));
    }

    [Theory]
    [InlineData("*.md")]
    [InlineData("=1")]
    [InlineData("*.md=much")]
    [InlineData("*.md=NaN")]
    public void Constructor_OtherForm_IsAWrongCommandLine(string prior) =>
        Assert.Contains("GLOB=NUMBER", Assert.Throws<UsageException>(() => new PagePriors([prior])).Message, StringComparison.Ordinal);

    private static SearchDocument Page(string path) =>
        new($"root/{path}", "text") { Metadata = new Dictionary<string, string> { [DocumentReader.PathKey] = path } };
}
