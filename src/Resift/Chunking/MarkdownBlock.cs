using System.Text;
using Markdig;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Resift.Chunking;

/// <summary>A block of Markdown that has no blocks inside.</summary>
/// <param name="Start">Where it begins, the marker of a list or quote that begins with it included. It ends where the next one begins.</param>
/// <param name="StaysWhole">Whether it is code or a table, which is cut between lines if at all.</param>
/// <param name="Level">The level of a heading that divides the document; 0 for any other block.</param>
/// <param name="Heading">The text of that heading.</param>
internal readonly record struct MarkdownBlock(int Start, bool StaysWhole, int Level = 0, string Heading = "")
{
    // Tables are not parsed as such: that fails for large ones (github.com/xoofx/markdig/issues/504), and a cut needs their lines only.
    private static readonly MarkdownPipeline _pipeline =
        new MarkdownPipelineBuilder().UsePreciseSourceLocation().UseYamlFrontMatter().Build();

    /// <summary>Reads the blocks of a document, in its order.</summary>
    public static List<MarkdownBlock> Read(string markdown)
    {
        List<MarkdownBlock> blocks = [];
        try
        {
            foreach (var block in Markdown.Parse(markdown, _pipeline))
            {
                if (block is HeadingBlock heading)
                {
                    blocks.Add(new(heading.Span.Start, StaysWhole: false, heading.Level, TextOf(heading)));
                }
                else if (block is not LinkReferenceDefinitionGroup)
                {
                    AddLeaves(blocks, markdown, block, block.Span.Start);
                }
            }
        }
        catch (ArgumentException)
        {
            // So Markdig says that lists, quotes or brackets are nested too deeply. Where there is no structure to follow, prose it is.
            return [new(0, StaysWhole: false)];
        }

        return blocks;
    }

    private static void AddLeaves(List<MarkdownBlock> blocks, string markdown, Block block, int start)
    {
        if (block is ContainerBlock { Count: > 0 } container)
        {
            for (int i = 0; i < container.Count; i++)
            {
                AddLeaves(blocks, markdown, container[i], i == 0 ? start : container[i].Span.Start);
            }
        }
        else
        {
            blocks.Add(new(start, block is CodeBlock or YamlFrontMatterBlock || IsTable(markdown, block)));
        }
    }

    private static bool IsTable(string markdown, Block block) => block is ParagraphBlock && markdown[block.Span.Start] == '|';

    private static string TextOf(HeadingBlock heading)
    {
        var text = new StringBuilder();
        foreach (var inline in heading.Inline?.Descendants() ?? [])
        {
            text.Append(inline switch
            {
                LiteralInline literal => literal.Content.AsSpan(),
                CodeInline code => code.Content,
                HtmlEntityInline entity => entity.Transcoded.AsSpan(),
                LineBreakInline => " ",
                _ => "",
            });
        }

        return text.ToString().Trim();
    }
}
