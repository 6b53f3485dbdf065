using System.Globalization;

namespace Resift.Tests.Chunking;

public sealed class TextChunkerTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t\u3000")]
    public void Chunk_BlankText_Nothing(string text) => Assert.Empty(new TextChunker(Words, 5).Chunk(text));

    [Fact]
    public void Chunk_TextThatFits_OneChunkWithoutSpaceAround()
    {
        var chunk = Assert.Single(new TextChunker(Words, 10).Chunk("  One. Two.\n\nThree.\n"));
        Assert.Equal(new("One. Two.\n\nThree.", 2), chunk);
    }

    [Fact]
    public void Chunk_LongerText_CutBetweenSentences() =>
        Assert.Equal(["a bb. C dd.", "E f gg.", "H i j kk."], Texts(new TextChunker(Words, 4), "a bb. C dd. E f gg. H i j kk."));

    [Fact]
    public void Chunk_ParagraphThatFitsInTheNextChunk_NotCut() =>
        Assert.Equal(
            ["a bb. C dd. E ff.", "G hh. I jj. K ll."], Texts(new TextChunker(Words, 8), "a bb. C dd. E ff.\n\nG hh. I jj. K ll."));

    [Fact]
    public void Chunk_Overlap_WholeSentences() =>
        Assert.Equal(
            ["A bb. C dd. E ff.", "E ff. G hh. I jj.", "I jj. K ll."],
            Texts(new TextChunker(Words, 6, 3), "A bb. C dd. E ff. G hh. I jj. K ll."));

    [Fact]
    public void Chunk_SentencesLongerThanTheOverlap_NoOverlap() =>
        Assert.Equal(["A b cc.", "D e ff."], Texts(new TextChunker(Words, 4, 2), "A b cc. D e ff."));

    [Fact]
    public void Chunk_SentenceTooLong_CutAndOverlappedBetweenWords() =>
        Assert.Equal(["one two three four", "three four five six", "five six seven."],
            Texts(new TextChunker(Words, 4, 2), "one two three four five six seven."));

    [Fact]
    public void Chunk_WordTooLong_CutBetweenGraphemes()
    {
        const string Family = "\U0001F468\u200D\U0001F469\u200D\U0001F467";
        string word = string.Concat(Enumerable.Repeat(Family + "e\u0301", 6));
        var chunks = new TextChunker(static text => text.Length, 12).Chunk(word);
        int[] borders = StringInfo.ParseCombiningCharacters(word);
        Assert.True(chunks.Count > 1);
        Assert.All(chunks, chunk => Assert.Contains(chunk.Start, borders));
    }

    [Fact]
    public void Chunk_GraphemeTooLong_CutBetweenCodePoints()
    {
        string zalgo = "e" + new string('\u0301', 50);
        Assert.All(new TextChunker(static text => text.Length, 10).Chunk(zalgo), chunk => Assert.InRange(chunk.Length, 1, 10));
    }

    [Theory]
    [InlineData("It costs 3.14 euros. |Nobody pays.")]
    [InlineData("Use a tool, e.g. Markdig, for this. |It works.")]
    [InlineData("Dr. Smith met J. R. Tolkien et al. Nobody knows when. |It rained.")]
    [InlineData("See Fig. 3 vs. Table 2! |Then stop? |Yes.")]
    [InlineData("\"Is it?\" he asked. |\"It is.\" |(So it was.) |He left.")]
    [InlineData("猫は眠る。|犬も眠る！|「本当？」|はい。")]
    [InlineData("Wait… what? |Nothing...")]
    [InlineData("Buy:\n|- milk\n|- bread")]
    [InlineData("A line\nthat goes on. |An end.")]
    [InlineData("A title\n\n|its text")]
    [InlineData("A title\r\n\r\n|its text\r\ngoes on")]
    public void Chunk_Text_ItsSentences(string marked)
    {
        string[] sentences = [.. marked.Split('|').Select(sentence => sentence.Trim())];

        // What is no sentence is too long, and so would be cut into words.
        int OneForASentence(ReadOnlySpan<char> text) => sentences.Contains(text.ToString()) ? 1 : 2;
        Assert.Equal(sentences, Texts(new TextChunker(OneForASentence, 1), marked.Replace("|", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Chunk_LongTextWithoutAnyBorder_DoneSoon()
    {
        string text = new('x', 200_000);
        var chunks = new TextChunker(static span => span.Length / 4, 256, 32).Chunk(text);
        Assert.InRange(chunks.Count, 200_000 / 1024, 400);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, -1)]
    [InlineData(10, 6)]
    public void Constructor_LimitsOutOfRange_Refused(int maxTokens, int overlapTokens)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TextChunker(Words, maxTokens, overlapTokens));
    }

    private static string[] Texts(TextChunker chunker, string text) => [.. chunker.Chunk(text).Select(chunk => chunk.Text)];

    private static int Words(ReadOnlySpan<char> text) => text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
}
