namespace Resift.Retrieval.Tests;

public sealed class PassageExtensionsTests
{
    private static readonly TokenCounter _characters = text => text.Length;

    [Fact]
    public void ToPassages_Document_IdsLocationsAndMetadata()
    {
        var document = new SearchDocument("doc", "# One\n\nFirst.\n\n# Two\n\nSecond.")
        {
            Metadata = new Dictionary<string, string> { ["lang"] = "en" },
        };
        var passages = document.ToPassages(new MarkdownChunker(_characters, 20).Chunk);
        Assert.Equal(["doc#0", "doc#1"], passages.Select(passage => passage.Id));
        Assert.Equal(["One", "Two"], passages.Select(passage => passage.Metadata[PassageExtensions.HeadingKey]));
        Assert.All(passages, passage => Assert.Equal("en", passage.Metadata["lang"]));
        Assert.All(passages, passage => Assert.Equal("doc", passage.DocumentId));
        Assert.All(passages, passage => Assert.Equal(
            passage.Text, document.Text.Substring(passage.Location!.Start, passage.Location.Length)));
    }

    [Fact]
    public void ToPassages_TextWithMarkup_ShownWithItAndSearchedWithoutIt()
    {
        var passage = Assert.Single(new SearchDocument("doc", "See [it](a.md).").ToPassages(new MarkdownChunker(_characters, 20).Chunk));
        Assert.Equal(("See [it](a.md).", "See it."), (passage.Text, passage.SearchedText));
        Assert.Null(Assert.Single(new SearchDocument("doc", "Text.").ToPassages(new MarkdownChunker(_characters, 20).Chunk)).SearchedText);
    }

    [Fact]
    public void ToPassages_Passage_OffsetsInTheWholeDocument()
    {
        var document = new SearchDocument("doc", "One two. Three four.");
        var passage = document.ToPassages(new TextChunker(_characters, 12).Chunk)[1];
        var inner = passage.ToPassages(new TextChunker(_characters, 6).Chunk)[1];
        Assert.Equal("doc#1#1", inner.Id);
        Assert.Equal("doc", inner.DocumentId);
        Assert.Equal(inner.Text, document.Text.Substring(inner.Location!.Start, inner.Location.Length));
        Assert.Same(document.Metadata, inner.Metadata);
    }

    [Fact]
    public void ToPassages_BlankDocument_None() =>
        Assert.Empty(new SearchDocument("doc", " \n").ToPassages(new TextChunker(_characters, 12).Chunk));
}
