using CsCheck;

namespace Resift.Retrieval.Tests.Chunking;

/// <summary>What holds for every text, every limit and every way of counting tokens.</summary>
public sealed class ChunkPropertyTests : IDisposable
{
    private static readonly string[] _parts =
    [
        "Cats sleep. ", "e.g. ", "Dr. Who", "3.14 ", "a", "B", " ", "\n", "\n\n", "\r\n", "\r\n\r\n",
        "猫は眠る。", "犬も", "\U0001F469\u200D\U0001F4BB",
        "e\u0301", "\uD83D", "\uDE00", "x\u0300\u0301\u0302", "# Title\n", "## Part\n", "### Point ###\n", "```\ncode here;\n\nmore\n```\n",
        "- item\n", "> quote\n", "1. one\n", "| a | b |\n|---|---|\n| c | d |\n", "---\n",
        "[x]: http://example\n", "    indented\n", "<div>\n", "\t",
        "antidisestablishmentarianism", "\u0000", "\u2029", "!?”) ", "…", "Title\n===\n", "*", "`", "[", "](",
    ];

    private static readonly Gen<string> _texts = Gen
        .OneOf(Gen.OneOf([.. _parts.Select(Gen.Const)]), Gen.OneOf([.. _parts.Select(Gen.Const)]), Gen.String[0, 6])
        .Array[0, 60]
        .Select(parts => string.Concat(parts));

    private static readonly Gen<(string Text, int Max, int Overlap)> _cases =
        from text in _texts
        from max in Gen.Int[1, 24]
        from overlap in Gen.Int[0, max / 2]
        select (text, max, overlap);

    private readonly LocalReranker _reranker = MiniModels.LoadReranker(new() { Threads = 1 });

    public static TheoryData<string, bool> Counters() => new()
    {
        { "words", false }, { "words", true },
        { "characters", false }, { "characters", true },
        { "quarters", false }, { "quarters", true },
        { "word pieces", false }, { "word pieces", true },
    };

    public void Dispose() => _reranker.Dispose();

    [Theory]
    [MemberData(nameof(Counters))]
    public void Chunk_AnyText_LimitOffsetsCoverageAndOverlap(string counter, bool markdown)
    {
        var count = Counter(counter);
        _cases.Sample(
            test =>
            {
                var outline = markdown ? DocumentOutline.OfMarkdown(test.Text) : new DocumentOutline([], []);
                var chunks = markdown
                    ? new MarkdownChunker(count, test.Max, test.Overlap).Chunk(test.Text)
                    : new TextChunker(count, test.Max, test.Overlap).Chunk(test.Text);
                AssertSound(test.Text, outline, chunks, count, test.Max, test.Overlap);
            },
            iter: 2000);
    }

    private static void AssertSound(
        string text, DocumentOutline outline, IReadOnlyList<TextChunk> chunks, TokenCounter count, int max, int overlap)
    {
        int covered = 0;
        for (int i = 0; i < chunks.Count; i++)
        {
            var chunk = chunks[i];
            Assert.Equal(text.Substring(chunk.Start, chunk.Length), chunk.Text);
            Assert.False(string.IsNullOrWhiteSpace(chunk.Text));
            int shown = chunk.SearchedText is null ? max : 2 * max;
            Assert.True(count(chunk.SearchedText) <= max, $"Chunk {i} has {count(chunk.SearchedText)} tokens to search.");
            Assert.True(count(chunk.Text) <= shown || IsOneCodePoint(chunk.Text), $"Chunk {i} has {count(chunk.Text)} tokens.");
            Assert.False(SplitsASurrogatePair(text, chunk.Start) || SplitsASurrogatePair(text, chunk.Start + chunk.Length));

            int end = chunk.Start + chunk.Length;
            Assert.True(end > covered, $"Chunk {i} has nothing new.");
            Assert.True(i == 0 || chunk.Start > chunks[i - 1].Start);
            if (chunk.Start < covered)
            {
                Assert.InRange(count(text.AsSpan(chunk.Start..covered)), 0, chunk.SearchedText is null ? overlap : 2 * overlap);
            }
            else
            {
                Assert.True(IsNoText(text, outline, covered, chunk.Start), $"Something is missing before chunk {i}.");
            }

            covered = end;
        }

        Assert.True(IsNoText(text, outline, covered, text.Length), "Something is missing at the end.");
    }

    // White space and markup, and the signs of lists and tables between pieces of it.
    private static bool IsNoText(string text, DocumentOutline outline, int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            if (!char.IsWhiteSpace(text[i]) && !">-*+|".Contains(text[i]) && !outline.Markup.Any(part => part.Start <= i && i < part.End))
            {
                return false;
            }
        }

        return true;
    }

    private static bool SplitsASurrogatePair(string text, int position) =>
        position > 0 && position < text.Length && char.IsSurrogatePair(text[position - 1], text[position]);

    private static bool IsOneCodePoint(string text) => text.Length == 1 || (text.Length == 2 && char.IsSurrogatePair(text, 0));

    private TokenCounter Counter(string name) => name switch
    {
        "words" => WordCount,
        "characters" => static text => text.Length,
        "quarters" => static text => text.Length / 4,
        "word pieces" => _reranker.GetService<TokenCounter>()!,
        _ => throw new ArgumentException(name, nameof(name)),
    };

    private static int WordCount(ReadOnlySpan<char> text) =>
        text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
}
