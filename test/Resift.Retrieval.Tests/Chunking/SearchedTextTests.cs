namespace Resift.Retrieval.Tests.Chunking;

public sealed class SearchedTextTests
{
    [Theory]
    [InlineData("See [the *guide*](https://a.org/b_c \"t\") and ![a logo](l.png).", "See the guide and a logo.")]
    [InlineData("See [the guide][g].\n\n[g]: https://a.org", "See the guide.")]
    [InlineData("Text.\n\n[g]: https://a.org\n\nMore.", "Text.\n\nMore.")]
    [InlineData("Use `a * b` or **bold** \\*stars\\*.", "Use a * b or bold *stars*.")]
    [InlineData("A <b>bold</b> word<!-- why -->, a List<string>.", "A bold word, a List<string>.")]
    [InlineData(
        "<https://a.org> <xref:System.String?displayProperty=nameWithType> <xref:System.Int32.Parse%2A>",
        "https://a.org System.String System.Int32.Parse")]
    [InlineData("# Title #\n\nText.", "Title\n\nText.")]
    [InlineData("Title\n=====\n\nText.", "Title\n\nText.")]
    [InlineData("Text.\n\n***\n\nMore.", "Text.\n\nMore.")]
    [InlineData("## Files { #files }\n\nText.", "Files\n\nText.")]
    [InlineData("![a logo](l.png){ width=300 }", "a logo")]
    [InlineData("Text.\n\n<!--\nnot this\n-->\n\nMore.", "Text.\n\nMore.")]
    [InlineData("Text.\n\n<!-- not this", "Text.")]
    [InlineData("<details>\n<summary>More</summary>\n\nText.\n\n</details>", "More\n\nText.")]
    [InlineData("<style>\n.a { b: c }\n</style>\n\nText.", "Text.")]
    [InlineData("Text:\n\n{* ../../docs_src/a.py hl[1:3] *}", "Text:")]
    [InlineData("Text:\n\n--8<-- \"a.md\"", "Text:")]
    [InlineData("```py title=\"a.py\"\nx = 1\n--8<-- \"a.py\"\n```", "x = 1")]
    [InlineData("Text: [!code-csharp[Main](a.cs?name=b)]", "Text:")]
    [InlineData("[!INCLUDE [note](a.md)]\n\nText.", "Text.")]
    [InlineData("/// note | Beware\n\nText.\n\n///", "Beware\n\nText.")]
    [InlineData("!!! note\n    Text.", "Text.")]
    [InlineData("!!! tip inline end \"Beware\"\n    Text.", "Beware\nText.")]
    [InlineData("??? note\n    Text.", "Text.")]
    [InlineData("> [!NOTE]\n> Text of it.", "Text of it.")]
    [InlineData("> One\n> two.\n>\n> Three.", "One\ntwo.\n\nThree.")]
    [InlineData("::: warning Beware\nText.\n:::", "Beware\nText.")]
    [InlineData(":::image type=\"content\" source=\"a.png\":::\n\nText.", "Text.")]
    [InlineData("| a | b |\n|---|:-:|\n| [c](d) | e |", "| a | b |\n\n| c | e |")]
    [InlineData("---\ntitle: Undo\nuid: x.y\ndescription: How to undo it.\n---\nText.", "Undo\nHow to undo it.\nText.")]
    [InlineData("---\ntitle: Undo\ndescription: How to undo it.\n---\n# Undo\n", "How to undo it.\nUndo")]
    [InlineData("---\nuid: x.y\n---\nText.", "Text.")]
    public void Chunk_Markup_NotSearched(string markdown, string expected)
    {
        var chunk = Assert.Single(new MarkdownChunker(Characters, 1000).Chunk(markdown));
        Assert.Equal(markdown.Trim(), chunk.Text);
        Assert.Equal(expected, chunk.SearchedText);
    }

    [Theory]
    [InlineData("Plain text, 2 * 3 and {braces}.")]
    [InlineData("a_b_c and snake_case")]
    [InlineData("/// No block of mkdocs.")]
    public void Chunk_NoMarkup_SearchedTextIsTheText(string markdown)
    {
        var chunk = Assert.Single(new MarkdownChunker(Characters, 1000).Chunk(markdown));
        Assert.Equal(markdown, chunk.SearchedText ?? chunk.Text);
    }

    [Theory]
    [InlineData(".. _top:\n\nText on :ref:`it <top>`, :class:`~a.B`, `that <b>`_ and ``c``.", "Text on it, a.B, that and c.")]
    [InlineData("Run::\n\n  `a` <b>", "Run::\n\n  `a` <b>")]
    [InlineData("Title\n=====\n\n.. note:: Beware\n   of it.\n\n.. toctree::\n   :hidden:\n\n   a\n   b\n", "Title\n\nBeware\n   of it.")]
    [InlineData(".. code-block:: python\n   :linenos:\n\n   x = `1`\n\n.. a comment\n   of two lines\n\nText.", "x = `1`\n\nText.")]
    public void Chunk_ReStructuredText_MarkupNotSearched(string text, string expected) =>
        Assert.Equal(expected, Searched(text, DocumentOutline.OfReStructuredText(text)));

    [Theory]
    [InlineData("= Title\n:toc:\n\nSee link:a.html[it], xref:b.adoc[that], <<c,this>> and `d`.", "Title\n\nSee it, that, this and d.")]
    [InlineData("[source,ruby]\n----\nputs `1`\n----\nText.", "puts `1`\n\nText.")]
    [InlineData("image::a.png[A logo,width=3]\n\n// a comment\ninclude::b.adoc[]\n\n////\nmore\n////\n\nText.", "A logo\n\nText.")]
    public void Chunk_AsciiDoc_MarkupNotSearched(string text, string expected) =>
        Assert.Equal(expected, Searched(text, DocumentOutline.OfAsciiDoc(text)));

    [Fact]
    public void Chunk_LongTargets_LimitIsForWhatIsSearched()
    {
        string text = string.Concat(Enumerable.Repeat("[one](abcdefg). ", 20));
        var chunks = new MarkdownChunker(Characters, 50).Chunk(text);
        Assert.All(chunks, chunk => Assert.InRange(chunk.SearchedText!.Length, 1, 50));
        Assert.All(chunks.SkipLast(1), chunk => Assert.InRange(chunk.Text.Length, 51, 100));
    }

    private static string? Searched(string text, DocumentOutline outline)
    {
        var chunk = Assert.Single(new OutlineChunker(Characters, 1000).Chunk(text, outline));
        return chunk.SearchedText ?? chunk.Text;
    }

    private static int Characters(ReadOnlySpan<char> text) => text.Length;
}
