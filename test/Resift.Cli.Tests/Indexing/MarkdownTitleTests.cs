namespace Resift.Cli.Tests.Indexing;

public sealed class MarkdownTitleTests
{
    [Theory]
    [InlineData("# Undo #\ntext", "Undo")]
    [InlineData("intro\n\n## Part\n\n# Undo", "Undo")]
    [InlineData("---\nlang: en\ntitle: \"Undo it\"\n---\n# Other", "Undo it")]
    [InlineData("---\nlang: en\n---\n# Other", "Other")]
    [InlineData("```sh\n# a comment\n```\n\n# Real", "Real")]
    [InlineData("#no heading\ntext", null)]
    [InlineData("# \ntext", null)]
    [InlineData("", null)]
    public void Of_Text_FindsTheTitle(string markdown, string? expected) => Assert.Equal(expected, MarkdownTitle.Of(markdown));
}
