namespace Resift.Cli.Tests.Indexing;

public sealed class HtmlTextTests
{
    [Fact]
    public void Of_Page_GivesTitleAndWhatReadersSee()
    {
        var (title, text) = HtmlText.Of("""
            <!doctype html><html><head><title> Undo  a commit </title><style>p { color: red }</style></head><body>
            <nav><a href="/">Home</a></nav><script>alert("x < y")</script>
            <h1>Undo</h1><p>Use <b>git</b>
               revert.</p><ul><li>one</li><li>two</li></ul>
            <table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>
            <pre>git revert
              HEAD</pre><p hidden>secret</p><p>Caf&eacute; &amp; tea<br>after</p></body></html>
            """);

        Assert.Equal("Undo a commit", title);
        Assert.Equal("""
            # Undo

            Use git revert.

            - one
            - two

            a | b
            1 | 2

            ```
            git revert
              HEAD
            ```

            Café & tea
            after
            """, text, ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Of_HeadingWithBlocksInside_IsOneLine()
    {
        Assert.Equal("## Part one\n\nText", HtmlText.Of("<h2><div>Part</div><br>one</h2><div>Text</div>").Text);
    }

    [Fact]
    public void Of_NoTitle_TakesTheFirstHeading()
    {
        Assert.Equal("Undo it", HtmlText.Of("<h1>Undo <i>it</i></h1>").Title);
        Assert.Null(HtmlText.Of("<p>text</p>").Title);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<!-- nothing -->")]
    [InlineData("<p></p><h1></h1><ul><li></li></ul>")]
    public void Of_NothingToSee_IsEmpty(string html) => Assert.Equal("", HtmlText.Of(html).Text.Trim('`', '\n'));

    [Fact]
    public void Of_DeeplyNested_DoesNotOverflow()
    {
        const int Depth = 20_000;
        string html = string.Concat(Enumerable.Repeat("<div>", Depth)) + "deep" + string.Concat(Enumerable.Repeat("</div>", Depth));

        Assert.Equal("deep", HtmlText.Of(html).Text);
    }
}
