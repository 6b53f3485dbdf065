using Resift.Retrieval;

namespace Resift.Cli.Tests.Indexing;

public sealed class PassageCutterTests
{
    // One token a word.
    private static readonly TokenCounter _words =
        text => text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    [Theory]
    [InlineData("Short")]
    [InlineData("A title that takes a good part of what a passage of this length may have in all")]
    public void Prepare_Markdown_PrefixCountsWithinThePassage(string title)
    {
        string markdown = $"# {title}\n\n## Section of some length\n\n{Sentences(60)}\n\n### Deeper still\n\n{Sentences(40)}";
        var passages = Passages(new("a.md", markdown, DocumentOutline.OfMarkdown(markdown), Titled(title)), tokens: 40);

        Assert.True(passages.Count > 3);
        var template = new PassageCutter(_words, new() { Tokens = 40, Overlap = 0 }).CollectionOptions.Template;
        Assert.All(passages, passage => Assert.InRange(_words(template.TextOf(passage)), 1, 40));
        Assert.All(
            passages,
            passage => Assert.EndsWith(passage.SearchedText ?? passage.Text, template.TextOf(passage), StringComparison.Ordinal));
        Assert.Contains(
            passages,
            passage => passage.Metadata[PassageExtensions.HeadingKey].EndsWith("Deeper still", StringComparison.Ordinal));
        Assert.Equal(markdown.Substring(passages[^1].Location!.Start, passages[^1].Location!.Length), passages[^1].Text);
    }

    [Fact]
    public void Prepare_TitleLongerThanAPassage_LeavesHalfForTheText()
    {
        string title = string.Join(' ', Enumerable.Repeat("long", 100));
        var passages = Passages(new("a.txt", Sentences(40), null, Titled(title)), tokens: 40);
        Assert.All(passages.SkipLast(1), passage => Assert.InRange(_words(passage.Text), 11, 20));
    }

    [Fact]
    public void Prepare_PlainTextWithoutTitle_HasAsManySentencesAsFit()
    {
        var passages = Passages(new("a.txt", Sentences(40), null, new Dictionary<string, string>()), tokens: 40);
        Assert.Equal(39, _words(passages[0].Text));
    }

    private static List<SearchDocument> Passages(SourceDocument document, int tokens)
    {
        var prepared = new PassageCutter(_words, new() { Tokens = tokens, Overlap = 0 }).Prepare(document);
        return [.. prepared.Passages().Select(passage => passage with
        {
            Metadata = new Dictionary<string, string>(document.Metadata.Concat(passage.Metadata).DistinctBy(pair => pair.Key)),
        })];
    }

    private static Dictionary<string, string> Titled(string title) => new() { [SearchDocument.TitleKey] = title };

    private static string Sentences(int count) => string.Join(' ', Enumerable.Range(0, count).Select(i => $"Sentence number {i}."));
}
