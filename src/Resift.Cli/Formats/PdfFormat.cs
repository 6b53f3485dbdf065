using System.Globalization;
using System.Text;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.DocumentLayoutAnalysis.PageSegmenter;
using UglyToad.PdfPig.DocumentLayoutAnalysis.ReadingOrderDetector;
using UglyToad.PdfPig.DocumentLayoutAnalysis.TextExtractor;
using UglyToad.PdfPig.DocumentLayoutAnalysis.WordExtractor;
using UglyToad.PdfPig.Exceptions;
using UglyToad.PdfPig.Outline;

namespace Resift.Cli;

/// <summary>Reads the text of PDF page by page: paragraphs in the order in which people read them, under its bookmarks.</summary>
internal static class PdfFormat
{
    private const int MostPages = 20_000;

    // Of a page with more letters, such as a map, the layout is not looked at: that costs more than their number.
    private const int MostLettersOfLayout = 50_000;

    private const int DeepestNesting = 256;
    private const int MostLinesOfHeading = 3;

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="leaveOut">Hears of each page that cannot be read.</param>
    /// <param name="cancellationToken">Stops reading before the next page.</param>
    /// <exception cref="InvalidDataException">It is encrypted, damaged or no PDF, or has no text.</exception>
    public static FileContent Read(byte[] bytes, Action<string> leaveOut, CancellationToken cancellationToken)
    {
        using var pdf = Try("it is damaged, or no PDF", () => Open(bytes));
        int pages = Try("it is damaged", () => pdf.NumberOfPages);
        if (pages > MostPages)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"it has {pages:N0} pages; {MostPages:N0} are read at most. Split it."));
        }

        var headings = Bookmarks(pdf);
        var text = new ContentBuilder(cancellationToken);
        for (int number = 1; number <= pages; number++)
        {
            text.BeginPage(number);
            try
            {
                var blocks = Try($"page {number} cannot be read", () => Blocks(pdf.GetPage(number)));
                blocks.ForEach(lines => Add(lines, headings.GetValueOrDefault(number) ?? [], text));
            }
            catch (InvalidDataException bad)
            {
                leaveOut(bad.Message);
            }
        }

        return text.IsEmpty
            ? throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"there is no text on its {pages:N0} pages, which seem to be pictures; a program that reads them can be given " +
                $"by --convert."))
            : text.Build(TitleOf(pdf), PageStarts.PageKey);
    }

    private static PdfDocument Open(byte[] bytes)
    {
        byte[] withoutNames = [.. bytes];
        var filters = new BoundedPdfFilters { HidesNames = true };
        bool hasNames = PdfTrees.HideNames(withoutNames);
        var cautious = Open(withoutNames, filters);
        if (!(hasNames || filters.HasHidden) || !PdfTrees.HasTreeOfNames(cautious))
        {
            // Without names some bookmarks lead nowhere, and the text is the same.
            return cautious;
        }

        cautious.Dispose();
        return Open(bytes, new());
    }

    private static PdfDocument Open(byte[] bytes, BoundedPdfFilters filters) => PdfDocument.Open(bytes, new ParsingOptions
    {
        UseLenientParsing = true,
        SkipMissingFonts = true,
        MaxStackDepth = DeepestNesting,
        FilterProvider = filters,
    });

    // The library throws whatever comes to pass in a file that is not as it expects.
    private static T Try<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (PdfDocumentEncryptedException exception)
        {
            throw new InvalidDataException("it is encrypted with a password.", exception);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or InvalidDataException or OutOfMemoryException))
        {
            throw new InvalidDataException($"{what}: {ContentBuilder.OneLine(exception.Message)}", exception);
        }
    }

    // A heading may stand close above its text.
    private static void Add(List<string> lines, List<(string Title, int Level)> headings, ContentBuilder text)
    {
        for (int count = 1; count <= Math.Min(lines.Count, MostLinesOfHeading); count++)
        {
            string beginning = Joined(lines[..count]);
            int found = headings.FindIndex(heading => Same(heading.Title, beginning));
            if (found >= 0)
            {
                text.AddHeading(headings[found].Level, beginning);
                headings.RemoveAt(found);
                lines = lines[count..];
                break;
            }
        }

        text.AddParagraph(Joined(lines));
    }

    private static List<List<string>> Blocks(Page page)
    {
        if (page.Letters.Count > MostLettersOfLayout)
        {
            string[] lines = ContentOrderTextExtractor.GetText(page, addDoubleNewline: true).Split('\n');
            return [.. lines.Select(line => new List<string> { line })];
        }

        var words = page.GetWords(NearestNeighbourWordExtractor.Instance);
        var blocks = DocstrumBoundingBoxes.Instance.GetBlocks(words);
        var inOrder = UnsupervisedReadingOrderDetector.Instance.Get(blocks);
        return [.. inOrder.Select(block => block.TextLines.Select(line => line.Text).ToList())];
    }

    // A word that was divided at the end of a line is one word again.
    private static string Joined(List<string> lines)
    {
        var text = new StringBuilder();
        foreach (string line in lines)
        {
            string next = line.Trim();
            if (next.Length == 0)
            {
                continue;
            }

            bool isDivided = text.Length > 1 && (text[^1] is '-' or '\u00AD' or '\u2010')
                && char.IsLetter(text[^2]) && char.IsLower(next[0]);
            if (isDivided)
            {
                text.Length--;
            }
            else if (text.Length > 0)
            {
                text.Append(' ');
            }

            text.Append(next);
        }

        return text.ToString();
    }

    private static Dictionary<int, List<(string Title, int Level)>> Bookmarks(PdfDocument pdf)
    {
        var headings = new Dictionary<int, List<(string, int)>>();
        try
        {
            if (PdfTrees.HasTreeOfBookmarks(pdf) && pdf.TryGetBookmarks(out var bookmarks))
            {
                foreach (var node in bookmarks.GetNodes().OfType<DocumentBookmarkNode>())
                {
                    if (!headings.TryGetValue(node.PageNumber, out var ofPage))
                    {
                        headings[node.PageNumber] = ofPage = [];
                    }

                    ofPage.Add((node.Title, node.Level + 1));
                }
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A text without headings is better than none.
            headings.Clear();
        }

        return headings;
    }

    private static bool Same(string title, string paragraph) =>
        paragraph.Length <= title.Length + 20 && LettersOf(paragraph).SequenceEqual(LettersOf(title));

    private static IEnumerable<char> LettersOf(string text) => text.Where(char.IsLetter).Select(char.ToLowerInvariant);

    // What programs write there by themselves is the name of a file or of themselves.
    private static string? TitleOf(PdfDocument pdf)
    {
        string title = Try("it is damaged", () => ContentBuilder.OneLine(pdf.Information.Title ?? ""));
        bool isMeant = title.Any(char.IsLetter) && !title.StartsWith("Microsoft ", StringComparison.Ordinal)
            && !title.Equals("untitled", StringComparison.OrdinalIgnoreCase) && Path.GetExtension(title) is not { Length: >= 3 and <= 5 };
        return isMeant ? title : null;
    }
}
