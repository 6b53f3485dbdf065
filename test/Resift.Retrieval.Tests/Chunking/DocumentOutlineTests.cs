namespace Resift.Retrieval.Tests.Chunking;

public sealed class DocumentOutlineTests
{
    [Theory]
    [InlineData("# Undo #\ntext", "Undo")]
    [InlineData("intro\n\n## Part\n\n# Undo", "Undo")]
    [InlineData("# Learn C#\n", "Learn C#")]
    [InlineData("# Learn C\\#\n", "Learn C#")]
    [InlineData("Undo\n====\n", "Undo")]
    [InlineData("#\tUndo\n", "Undo")]
    [InlineData("   # Undo\n", "Undo")]
    [InlineData("# Request Files { #request-files }\n", "Request Files")]
    [InlineData("# Request Files {: .big }\n", "Request Files")]
    [InlineData("# Use `it` with **[care](x)** <a id=\"x\"></a>\n", "Use it with care")]
    [InlineData("# Map List<string> to arrays\n", "Map List<string> to arrays")]
    [InlineData("#no heading\ntext", null)]
    [InlineData("# \ntext", null)]
    [InlineData("", null)]
    public void OfMarkdown_Heading_IsTheTitle(string markdown, string? expected) =>
        Assert.Equal(expected, DocumentOutline.OfMarkdown(markdown).Title);

    [Theory]
    [InlineData("```sh\n# a comment\n```\n")]
    [InlineData("````md\n```\n# nested\n```\n# still code\n````\n")]
    [InlineData("~~~ info `x`\n# code\n~~~\n")]
    [InlineData("    # indented code\n")]
    [InlineData("<!--\n# commented out\n-->\n")]
    [InlineData("---\n# a comment of YAML\nuid: some.thing\n---\n")]
    [InlineData("> # quoted\n")]
    public void OfMarkdown_NoHeadingBefore_TitleIsTheRealOne(string before)
    {
        var outline = DocumentOutline.OfMarkdown(before + "\n# Real\n\nText.");
        Assert.Equal("Real", outline.Title);
        Assert.Equal("Real", Assert.Single(outline.Blocks, block => block.Level > 0).Heading);
    }

    [Theory]
    [InlineData("title: Undo it", "Undo it")]
    [InlineData("title: \"Undo \\\"it\\\"\"", "Undo \"it\"")]
    [InlineData("title: 'It''s undone'", "It's undone")]
    [InlineData("title: \"Learn # C\" # for now", "Learn # C")]
    [InlineData("title: Undo it # for now", "Undo it")]
    [InlineData("title: Learn C#", "Learn C#")]
    [InlineData("title: >-\n  Undo\n  it", "Undo it")]
    [InlineData("lang: en\r\ntitle: Undo it\r\ntags: [x]", "Undo it")]
    [InlineData("meta:\n  title: nested", "Heading")]
    [InlineData("title:", "Heading")]
    [InlineData("subtitle: x", "Heading")]
    public void OfMarkdown_FrontMatter_TitleOfItsOwnLevel(string yaml, string expected) =>
        Assert.Equal(expected, DocumentOutline.OfMarkdown($"---\n{yaml}\n---\n\n# Heading\n").Title);

    [Theory]
    [InlineData("# A\n\ntext\n```")]
    [InlineData("# A\n\ntext\n~~~")]
    [InlineData("# A\n\n- text\n  ```\n  x")]
    public void OfMarkdown_FenceThatNothingCloses_EndsWithTheText(string markdown)
    {
        var outline = DocumentOutline.OfMarkdown(markdown);
        Assert.Equal("A", outline.Title);
        Assert.All(outline.Markup, part => Assert.InRange(part.End, part.Start, markdown.Length));
    }

    [Fact]
    public void OfMarkdown_ListsWithinManyLists_AreProseAndOthersAreNot()
    {
        string deep = string.Concat(Enumerable.Range(0, 1_000).Select(i => $"{new string(' ', 2 * i)}- x\n"));
        Assert.Empty(DocumentOutline.OfMarkdown($"# A\n\n{deep}").Blocks);

        string wide = string.Concat(Enumerable.Range(0, 1_000).Select(i => $"{new string(' ', 2 * (i % 50))}- x\n"));
        Assert.Equal("A", DocumentOutline.OfMarkdown($"# A\n\n{wide}").Title);
    }

    [Fact]
    public void OfMarkdown_FullOfBracketsOrEmphasis_StillHasItsHeadings()
    {
        foreach (string part in (string[])["[a](", "*a ", "![[](", "<!-- ", "_a*"])
        {
            string text = $"# Title\n\n{string.Concat(Enumerable.Repeat(part, 100_000))}\n\n## Part\n";
            Assert.Contains(DocumentOutline.OfMarkdown(text).Blocks, block => block.Heading == "Title");
        }
    }

    [Theory]
    [InlineData("[a]: b\n\n")]
    [InlineData("a\n---\n")]
    public void OfMarkdown_MoreOfItThanAnybodyWrites_IsProse(string part)
    {
        string Text(int number) => "# Title\n\n" + string.Concat(Enumerable.Repeat(part, number));
        Assert.Equal("Title", DocumentOutline.OfMarkdown(Text(1000)).Title);
        Assert.Empty(DocumentOutline.OfMarkdown(Text(100_000)).Blocks);
    }

    [Fact]
    public void OfReStructuredText_Adornments_LevelsByOrderOfAppearance()
    {
        var outline = DocumentOutline.OfReStructuredText("""
            .. _top:

            ======
             Guide
            ======

            Intro::

                # no heading
                ------------

            Install
            =======
            Text.

            On ``Linux``
            ------------

            .. code-block:: console

               Build
               -----

            Use :ref:`it <target>`
            ======================

            * * *

            ab
            -

            no underline
            """);

        Assert.Equal("Guide", outline.Title);
        Assert.Equal(
            [(1, "Guide"), (2, "Install"), (3, "On Linux"), (2, "Use it")],
            outline.Blocks.Where(block => block.Level > 0).Select(block => (block.Level, block.Heading)));
    }

    [Fact]
    public void OfAsciiDoc_Headings_NoneInDelimitedBlocks()
    {
        var outline = DocumentOutline.OfAsciiDoc("""
            = The Guide
            Some Author
            :toc:

            == Install `it`

            [source,asciidoc]
            ----
            == no heading
            ....
            ----

            ////
            == no heading
            ////

            ====
            An example.
            ====

            === On xref:linux.adoc[Linux]

            [discrete]
            == Not a section

            == Use
            """);

        Assert.Equal("The Guide", outline.Title);
        Assert.Equal(
            [(1, "The Guide"), (2, "Install it"), (3, "On Linux"), (2, "Use")],
            outline.Blocks.Where(block => block.Level > 0).Select(block => (block.Level, block.Heading)));
    }

    [Fact]
    public void Constructor_OverlappingMarkup_Merged() =>
        Assert.Equal([(0, 5), (7, 8)], new DocumentOutline([], [(7, 8), (2, 5), (0, 3), (4, 4), (6, 6)]).Markup);

    [Fact]
    public void Constructor_BlocksOrPartsOutOfOrder_Throws()
    {
        Assert.Throws<ArgumentException>(() => new DocumentOutline([new(3, false), new(2, false)], []));
        Assert.Throws<ArgumentException>(() => new DocumentOutline([], [(3, 2)]));
    }
}
