namespace Resift.Cli.Tests.Output;

public sealed class QueryWordsTests
{
    [Theory]
    [InlineData("#define WHALES 10\n#include <sea.h>\nint main() { }", "c.c", "#define WHALES 10 #include <sea.h> int main() { }")]
    [InlineData("# only comment about whales\nx = 1", "p.py", "# only comment about whales x = 1")]
    [InlineData("# Whales\n\n## In `the` north\n\nThey sing.", "w.md › Whales > In the north", "They sing.")]
    [InlineData("## North\n\n### Deeper\n\nThey sing.", "w.md › Whales > North", "### Deeper They sing.")]
    [InlineData("# Whales", "w.md › Whales", "# Whales")]
    public void Excerpt_LinesThatBeginWithANumberSign_GoOnlyIfTheyStandAbove(string text, string shown, string expected) =>
        Assert.Equal(expected, new QueryWords("whales").Excerpt(text, shown, 240));
}
