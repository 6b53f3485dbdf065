namespace Resift.Retrieval.Tests.Chunking;

public sealed class JoinedChunksTests
{
    private static readonly string _long = string.Join(' ', Enumerable.Repeat("word", 15)) + ".";

    [Theory]
    [InlineData("See below.")]
    [InlineData("See also: [Timeouts](timeouts.md).")]
    [InlineData("[Timeouts](timeouts.md)")]
    [InlineData("<https://example.org/a>")]
    [InlineData("")]
    [InlineData("<!-- nothing -->")]
    public void Chunk_SectionWithoutSubstance_GoesWithThePreviousOne(string body)
    {
        var chunks = new MarkdownChunker(Words, 40)
            .Chunk($"# A\n\n{_long}\n\n## B\n\n{_long}\n\n## C\n\n{body}\n\n## D\n\n{_long} {_long}");
        Assert.Equal(["A", "A > B", "A > D"], chunks.Select(chunk => chunk.Heading));
        Assert.EndsWith($"## C\n\n{body}".TrimEnd(), chunks[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Chunk_ShortSectionWithSubstance_StandsAlone()
    {
        var chunks = new MarkdownChunker(Words, 40).Chunk($"# A\n\n{_long} {_long}\n\n## License\n\nMIT\n\n## C\n\n{_long}");
        Assert.Equal(["A", "A > License", "A > C"], chunks.Select(chunk => chunk.Heading));
    }

    [Fact]
    public void Chunk_FrontMatterWithoutText_GoesWithTheFirstSection()
    {
        var chunks = new MarkdownChunker(Words, 40).Chunk($"---\nuid: a.b\n---\n\n# A\n\n{_long}\n\n# B\n\n{_long} {_long}");
        Assert.Equal(["A", "B"], chunks.Select(chunk => chunk.Heading));
        Assert.StartsWith("---\nuid", chunks[0].Text, StringComparison.Ordinal);
        Assert.StartsWith("A\n\nword", chunks[0].SearchedText, StringComparison.Ordinal);
    }

    [Fact]
    public void Chunk_NoNeighbourHasRoom_StaysWithinTheLimit()
    {
        string full = string.Join(' ', Enumerable.Repeat("word", 38));
        var chunks = new MarkdownChunker(Words, 40).Chunk($"# A\n\n{full}\n\n# B\n\nSee below.\n\n# C\n\n{full}");
        Assert.Equal(["A", "B", "C"], chunks.Select(chunk => chunk.Heading));
    }

    [Fact]
    public void Chunk_NothingButMarkup_None() =>
        Assert.Empty(new MarkdownChunker(Words, 40).Chunk("<!-- nothing\nto see -->\n\n***\n"));

    private static int Words(ReadOnlySpan<char> text) => text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
}
