namespace Resift.Cli.Tests.Output;

public sealed class SnippetTests
{
    [Theory]
    [InlineData("short", 10, "short")]
    [InlineData("  a\n\tb\u001b[31m ", 20, "a b [31m")]
    [InlineData("abcdef", 3, "abc…")]
    [InlineData("ab😀", 3, "ab…")]
    [InlineData("", 3, "")]
    public void Of_Text_IsOneLineOfLimitedLength(string text, int length, string expected) =>
        Assert.Equal(expected, Snippet.Create(text, length));
}
