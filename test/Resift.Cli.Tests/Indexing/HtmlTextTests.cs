using Resift.Retrieval;


namespace Resift.Cli.Tests.Indexing;

public sealed class HtmlTextTests
{
    [Fact]
    public void Of_Page_GivesTitleAndWhatReadersSee()
    {
        var (text, outline) = HtmlText.Read("""
            <!doctype html><html><head><title> Undo  a commit </title><style>p { color: red }</style></head><body>
            <nav><a href="/">Home</a></nav><script>alert("x < y")</script>
            <h1>Undo</h1><p>Use <b>git</b>
               revert.</p><ul><li>one</li><li>two</li></ul>
            <table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>
            <pre>git revert
              HEAD</pre><p hidden>secret</p><p>Caf&eacute; &amp; tea<br>after</p></body></html>
            """);

        Assert.Equal("Undo a commit", outline.Title);
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
        Assert.Equal("## Part one\n\nText", HtmlText.Read("<h2><div>Part</div><br>one</h2><div>Text</div>").Text);
    }

    [Fact]
    public void Of_NoTitle_TakesTheFirstHeading()
    {
        Assert.Equal("Undo it", HtmlText.Read("<h1>Undo <i>it</i></h1>").Outline.Title);
        Assert.Null(HtmlText.Read("<p>text</p>").Outline.Title);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<!-- nothing -->")]
    [InlineData("<p></p><h1></h1><ul><li></li></ul>")]
    public void Read_NothingToSee_IsEmpty(string html) => Assert.Equal("", HtmlText.Read(html).Text.Trim('`', '\n'));

    [Fact]
    public void Read_DeeplyNested_IsRead()
    {
        const int Depth = 400;
        string html = string.Concat(Enumerable.Repeat("<div>", Depth)) + "deep" + string.Concat(Enumerable.Repeat("</div>", Depth));

        Assert.Equal("deep", HtmlText.Read(html).Text);
    }

    [Fact]
    public void Of_CodeInListItemsAndCells_LaterHeadingsStand()
    {
        var chunks = Chunks("""
            <h1>Install</h1><ol><li><p>Fetch it:</p><pre><code>curl a
            tar b</code></pre></li><li><pre>make</pre></li></ol><table><tr><td>x</td><td><pre>y</pre></td></tr></table>
            <h2>Uninstall</h2><p>Remove the folder.</p><h2>Upgrade</h2><p>Stop it first.</p>
            """, 80);

        Assert.Equal(["Install", "Install > Uninstall", "Install > Upgrade"], chunks.Select(chunk => chunk.Heading));
        Assert.Equal("Install\n\n- Fetch it:\n\ncurl a\ntar b\n\nmake\n\nx\n\ny", chunks[0].SearchedText);
    }

    [Fact]
    public void Of_TextThatLooksLikeMarkdown_OpensNoSectionAndNoBlock()
    {
        var chunks = Chunks("""
            <h2>Shell</h2><pre># comment in shell
            ```
            # another
            ````
            </pre><p># of users</p><p>```</p><p>Title<br>=====</p><p>&lt;!-- no comment</p><h2>After</h2><p>Text that comes after it.</p>
            """, 110);

        Assert.Equal(["Shell", "After"], chunks.Select(chunk => chunk.Heading));
        Assert.Contains("`````\n# comment in shell\n```\n# another\n````\n`````", chunks[0].Text, StringComparison.Ordinal);
        Assert.Contains("# of users", chunks[0].SearchedText, StringComparison.Ordinal);
        Assert.Contains("<!-- no comment", chunks[0].SearchedText, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_LinesInCode_AreKept() =>
        Assert.Equal("```\na\nb\nc\n```", HtmlText.Read("<pre>a<br>b<div>c</div></pre>").Text);

    [Fact]
    public void Of_ListOrCodeInHeading_StaysOneHeading() =>
        Assert.Equal("a b", Assert.Single(HtmlText.Read("<h2><ul><li>a</ul><pre>b</pre></h2>").Outline.Blocks).Heading);

    private static IReadOnlyList<TextChunk> Chunks(string html, int limit)
    {
        var (text, outline) = HtmlText.Read(html);
        return new OutlineChunker(characters => characters.Length, limit).Chunk(text, outline);
    }
}
