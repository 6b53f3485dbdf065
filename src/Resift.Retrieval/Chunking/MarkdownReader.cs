using System.Text;
using Markdig;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Resift.Retrieval;

/// <summary>Reads the outline of Markdown from the syntax tree that Markdig makes.</summary>
internal sealed class MarkdownReader
{
    private const int MostReplacedParagraphs = 10_000;

    // Every list around a line is looked at for each line, which a thousand of them make slow.
    private const int DeepIndent = 200;
    private const int MostDeepItems = 100;

    // Tables are not parsed as such: that fails for large ones (github.com/xoofx/markdig/issues/504), and a cut needs their lines only.
    private static readonly MarkdownPipeline _pipeline = Pipeline(static block => IsCheap(block));

    private static readonly MarkdownPipeline _blocksOnly = Pipeline(static _ => false);

    private readonly string _text;
    private readonly List<OutlineBlock> _blocks = [];
    private readonly List<(int Start, int End)> _markup = [];
    private string? _title;
    private string? _firstHeading;

    private MarkdownReader(string text) => _text = text;

    public static DocumentOutline Read(string text)
    {
        var document = IsReadable(text) ? Parse(text, _pipeline) ?? Parse(text, _blocksOnly) : null;

        // Where there is no structure to follow, prose it is.
        return document is null ? new([], []) : new MarkdownReader(text).Read(document);
    }

    // Markdig begins with paragraphs where targets of links ([a]: b) and underlined headings stand, and looks for each of them among all
    // blocks to take it out again: the square of their number, of which nobody writes so many by hand.
    private static bool IsReadable(string text)
    {
        int replaced = text.AsSpan().Count("]:");
        int deepItems = 0;
        bool isBehindText = false;
        foreach (var (start, end) in TextLines.Read(text, 0, text.Length))
        {
            var line = text.AsSpan(start..end).Trim();
            deepItems += end - start > DeepIndent && line is ['-' or '*' or '+' or (>= '0' and <= '9'), ..]
                && text.AsSpan(start, DeepIndent).IsWhiteSpace() ? 1 : 0;
            replaced += isBehindText && line is ['-' or '=', ..] && !line.ContainsAnyExcept(line[0]) ? 1 : 0;
            isBehindText = !line.IsEmpty;
        }

        return replaced <= MostReplacedParagraphs && deepItems <= MostDeepItems;
    }

    private static MarkdownDocument? Parse(string text, MarkdownPipeline pipeline)
    {
        try
        {
            return Markdown.Parse(text, pipeline);
        }
        catch (ArgumentException)
        {
            // So Markdig says that lists, quotes, brackets or emphasis are nested too deeply.
            return null;
        }
    }

    private static MarkdownPipeline Pipeline(Func<LeafBlock, bool> readsInlines)
    {
        var builder = new MarkdownPipelineBuilder().UsePreciseSourceLocation().UseYamlFrontMatter();
        foreach (var parser in builder.BlockParsers)
        {
            parser.Closed += (_, block) =>
            {
                if (block is LeafBlock { ProcessInlines: true } leaf)
                {
                    leaf.ProcessInlines = readsInlines(leaf);
                }
            };
        }

        return builder.Build();
    }

    // The ends of links and comments are looked for from each beginning up to the end of the block: the square of its length, if it is full
    // of them.
    private static bool IsCheap(LeafBlock block)
    {
        const long MostSteps = 4_000_000;
        long length = 0;
        long beginnings = 0;
        foreach (var line in block.Lines.Lines.AsSpan(0, block.Lines.Count))
        {
            length += line.Slice.Length;
            beginnings += line.Slice.AsSpan().Count('[') + line.Slice.AsSpan().Count("<!") + line.Slice.AsSpan().Count("<?");
        }

        return length * beginnings <= MostSteps;
    }

    private DocumentOutline Read(MarkdownDocument document)
    {
        foreach (var block in document)
        {
            switch (block)
            {
                case HeadingBlock heading:
                    AddHeading(heading);
                    break;
                case LinkReferenceDefinitionGroup links:
                    _markup.AddRange(links.Select(PlaceOf));
                    break;
                default:
                    AddLeaves(block, block.Span.Start);
                    break;
            }
        }

        if (document is [YamlFrontMatterBlock frontMatter, ..])
        {
            AddFrontMatter(frontMatter);
        }

        return new(_blocks, _markup.Where(part => part.Start < part.End), _title ?? _firstHeading);
    }

    private void AddHeading(HeadingBlock heading)
    {
        string text = TextOf(heading);
        AddBlock(new(heading.Span.Start, StaysWhole: true, heading.Level, text));
        _firstHeading ??= heading.Level == 1 && text.Length > 0 ? text : null;
        AddMarkup(heading);

        // The number signs that may close it are not in its span.
        int end = PlaceOf(heading).End;
        int rest = _text.AsSpan(end).IndexOfAny('\n', '\r');
        _markup.Add((end, rest < 0 ? _text.Length : end + rest));
    }

    private void AddLeaves(Block block, int start)
    {
        if (block is ContainerBlock { Count: > 0 } container)
        {
            for (int i = 0; i < container.Count; i++)
            {
                AddLeaves(container[i], i == 0 ? start : container[i].Span.Start);
                if (container is QuoteBlock)
                {
                    AddQuoteMarks(i == 0 ? container.Span.Start : PlaceOf(container[i - 1]).End, container[i].Span.Start);
                }
            }
        }
        else
        {
            AddBlock(new(start, block is CodeBlock or YamlFrontMatterBlock || IsTable(block)));
            AddMarkup(block);
        }
    }

    // Nothing promises that Markdig's spans are in order.
    private void AddBlock(OutlineBlock block) =>
        _blocks.Add(_blocks.Count > 0 && block.Start < _blocks[^1].Start ? block with { Start = _blocks[^1].Start } : block);

    private void AddQuoteMarks(int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            if (_text[i] == '>')
            {
                _markup.Add((i, i + 1 < end && _text[i + 1] == ' ' ? i + 2 : i + 1));
            }
        }
    }

    private bool IsTable(Block block) => block is ParagraphBlock && _text[block.Span.Start] == '|';

    private void AddMarkup(Block block)
    {
        var (start, end) = PlaceOf(block);
        switch (block)
        {
            case ThematicBreakBlock:
                _markup.Add((start, end));
                break;
            case HtmlBlock:
                MarkupPatterns.AddPart(_markup, _text, start, end, MarkdownMarks.Html());
                break;
            case FencedCodeBlock fenced:
                AddFences(fenced, start, end);
                MarkupPatterns.AddLines(_markup, _text, start, end, MarkdownMarks.Snippet());
                break;
            case LeafBlock { Inline: not null } leaf:
                AddInlineMarkup(leaf, start, end);
                MarkupPatterns.AddLines(_markup, _text, start, end, MarkdownMarks.OfText);
                break;
        }
    }

    private void AddFences(FencedCodeBlock code, int start, int end)
    {
        int firstLine = _text.AsSpan(start..end).IndexOfAny('\n', '\r');
        _markup.Add((start, firstLine < 0 ? end : start + firstLine));
        if (code.ClosingFencedCharCount > 0)
        {
            _markup.Add((Math.Max(start, start + _text.AsSpan(start..end).LastIndexOfAny('\n', '\r')), end));
        }
    }

    // Everything between the texts is markup: emphasis, targets of links, tags, the signs of a quote before each of its lines.
    private void AddInlineMarkup(LeafBlock block, int start, int end)
    {
        int position = start;
        foreach (var inline in block.Inline!.Descendants())
        {
            var (from, to) = TextIn(inline);
            if (from < to && from >= position && to <= end)
            {
                _markup.Add((position, from));
                position = to;
            }
        }

        _markup.Add((position, end));
    }

    private (int Start, int End) TextIn(MarkdownObject inline)
    {
        var (start, end) = PlaceOf(inline);
        return inline switch
        {
            LiteralInline literal => (literal.IsFirstCharacterEscaped && _text[start] == '\\' ? start + 1 : start, end),
            CodeInline code => (start + code.DelimiterCount, end - code.DelimiterCount),
            LineBreakInline { IsBackslash: true } => (start + 1, end),
            HtmlEntityInline or LineBreakInline => (start, end),
            AutolinkInline link when link.Url.StartsWith("xref:", StringComparison.Ordinal) =>
                (start + "<xref:".Length, start + 1 + LengthOfUid(link.Url)),
            AutolinkInline => (start + 1, end - 1),
            HtmlInline html when MarkdownMarks.IsPlaceholder(html.Tag) => (start, end),
            _ => (start, start),
        };
    }

    // What follows a question mark says how a name is shown; %2A is for all of its overloads, %60 for the number of its type arguments.
    private static int LengthOfUid(string url) => url.AsSpan().IndexOfAny("?#%") is >= 0 and var length ? length : url.Length;

    private void AddFrontMatter(YamlFrontMatterBlock block)
    {
        var (start, end) = PlaceOf(block);
        var (title, titleAt, descriptionAt) = FrontMatter.Read(_text, start, end);
        _title = title;

        // A title that is a heading too is there already.
        bool isHeading = title is null || _blocks.Exists(block => block.Level == 1 && block.Heading == title);
        int position = start;
        foreach (var (from, to) in (isHeading ? descriptionAt : [.. titleAt, .. descriptionAt]).Order())
        {
            // What follows a value, a line break mostly, keeps it apart from the next.
            _markup.Add((position == start ? start : Math.Min(position + 1, from), from));
            position = to;
        }

        _markup.Add((position, end));
    }

    // A fence that nothing closes can seem to end behind the text.
    private (int Start, int End) PlaceOf(MarkdownObject part)
    {
        int start = Math.Min(part.Span.Start, _text.Length);
        return (start, Math.Clamp(part.Span.End + 1, start, _text.Length));
    }

    private static string TextOf(HeadingBlock heading)
    {
        if (heading.Inline is null)
        {
            return heading.Lines.ToString().Trim();
        }

        var text = new StringBuilder();
        foreach (var inline in heading.Inline.Descendants())
        {
            text.Append(inline switch
            {
                LiteralInline literal => literal.Content.AsSpan(),
                CodeInline code => code.Content,
                HtmlEntityInline entity => entity.Transcoded.AsSpan(),
                HtmlInline html when MarkdownMarks.IsPlaceholder(html.Tag) => html.Tag,
                AutolinkInline link => link.Url,
                LineBreakInline => " ",
                _ => "",
            });
        }

        return MarkdownMarks.WithoutAttributes(text.ToString());
    }
}
