namespace Resift.Retrieval.Tests.Chunking;

public sealed class MarkdownChunkerTests
{
    private const string Guide = """
        # Guide

        What this is about.

        ## Install

        ### Linux

        Run `apt install it`. Then run it.

        ### Windows

        Get the [setup](http://example). Then start it.

        ## Use

        Just use it.
        """;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, -1)]
    [InlineData(10, 6)]
    public void Constructor_LimitsOutOfRange_Refused(int maxTokens, int overlapTokens) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MarkdownChunker(Words, maxTokens, overlapTokens));

    [Fact]
    public void Chunk_DocumentThatFits_OneChunkUnderItsOnlyTitle()
    {
        var chunk = Assert.Single(new MarkdownChunker(Words, 100).Chunk(Guide));
        Assert.Equal((Guide, 0, "Guide"), (chunk.Text, chunk.Start, chunk.Heading));
    }

    [Fact]
    public void Chunk_SectionsThatFitAlone_KeepTheirSubsections()
    {
        var chunks = new MarkdownChunker(Words, 23).Chunk(Guide);
        Assert.Equal(["Guide", "Guide > Install", "Guide > Use"], chunks.Select(chunk => chunk.Heading));
        Assert.Equal("# Guide\n\nWhat this is about.", chunks[0].Text);
        Assert.StartsWith("## Install\n\n### Linux", chunks[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Chunk_SectionTooLong_CutAtSubsectionsAndHeadingsStayWithText()
    {
        var chunks = new MarkdownChunker(Words, 12).Chunk(Guide);
        Assert.Equal(
            ["Guide", "Guide > Install > Linux", "Guide > Install > Windows", "Guide > Use"], chunks.Select(chunk => chunk.Heading));
        Assert.StartsWith("## Install\n\n### Linux\n\nRun", chunks[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Chunk_OneWordBeforeTheFirstSubsection_GoesWithIt()
    {
        string text = $"# Decision\n\nAccepted.\n\n## Context\n\n{string.Join(' ', Enumerable.Repeat("why", 30))}\n\n" +
            $"## Consequences\n\n{string.Join(' ', Enumerable.Repeat("then", 30))}";

        var chunks = new MarkdownChunker(Words, 40).Chunk(text);

        Assert.Equal(["Decision > Context", "Decision > Consequences"], chunks.Select(chunk => chunk.Heading));
        Assert.StartsWith("# Decision\n\nAccepted.\n\n## Context\n\nwhy", chunks[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Chunk_HeadingWithMarkup_PlainPath()
    {
        string text = "# Run `it` *now* &amp; [here](x) #\n\nText.";
        Assert.Equal("Run it now & here", Assert.Single(new MarkdownChunker(Words, 50).Chunk(text)).Heading);
    }

    [Fact]
    public void Chunk_UnderlinedHeadingAfterFrontMatter_Heading()
    {
        var chunks = new MarkdownChunker(Words, 6).Chunk("---\ntitle: x\n---\n\nTop\n===\n\nText of it.\n\nSub\n---\n\nMore of it.");
        Assert.Equal([null, "Top", "Top > Sub"], chunks.Select(chunk => chunk.Heading));
    }

    [Fact]
    public void Chunk_NoHeadings_CutAsProse()
    {
        var chunks = new MarkdownChunker(Words, 4).Chunk("A b cc. D e ff.\n\nG hh.");
        Assert.Equal(["A b cc.", "D e ff.", "G hh."], chunks.Select(chunk => chunk.Text));
        Assert.All(chunks, chunk => Assert.Null(chunk.Heading));
    }

    [Fact]
    public void Chunk_CodeThatFits_Whole()
    {
        const string Code = "```cs\nint a = 1;\n\n# not a heading\nint b = 2. Int c;\n```";
        var chunks = new MarkdownChunker(Words, 18).Chunk($"Some words before the code begins. More words here.\n\n{Code}\n\nAfter it.");
        Assert.Contains(chunks, chunk => chunk.Text.Contains(Code, StringComparison.Ordinal));
        Assert.All(chunks, chunk => Assert.Null(chunk.Heading));
    }

    [Fact]
    public void Chunk_CodeThatDoesNotFit_CutBetweenLines()
    {
        string code = "```\n" + string.Concat(Enumerable.Range(0, 10).Select(i => $"let a{i} = {i};\n")) + "```";
        var chunks = new MarkdownChunker(Words, 9).Chunk(code);
        Assert.True(chunks.Count > 3);
        Assert.All(chunks, chunk => Assert.True(
            chunk.Text.StartsWith("let", StringComparison.Ordinal) || chunk.Text[0] == '`', chunk.Text));
    }

    [Fact]
    public void Chunk_TableThatFits_Whole()
    {
        const string Table = "| a. B | c |\n|---|---|\n| D. E | f |";
        var chunks = new MarkdownChunker(Words, 14).Chunk($"One two three four. Five six seven.\n\n{Table}\n");
        Assert.Equal(Table, chunks[^1].Text);
    }

    [Fact]
    public void Chunk_ListItems_NotTornApart()
    {
        var chunks = new MarkdownChunker(Words, 5).Chunk("- one two\n- three four\n- five six\n- seven");
        Assert.All(chunks, chunk => Assert.Equal('-', chunk.Text[0]));
    }

    [Fact]
    public void Chunk_NestedTooDeeply_CutAsPlainText()
    {
        string text = string.Concat(Enumerable.Repeat("> ", 500)) + "deep. # No heading";
        Assert.NotEmpty(new MarkdownChunker(Words, 100).Chunk(text));
    }

    private static int Words(ReadOnlySpan<char> text) => text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
}
