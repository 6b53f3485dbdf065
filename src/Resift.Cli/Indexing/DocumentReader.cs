using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>Reads the documents of a file.</summary>
/// <param name="textFields">The fields of a record that make up its text; null to find one.</param>
/// <param name="idField">The field of a record's id; null to find one, or none.</param>
/// <param name="timeLimit">How long reading a file may take that is one document; null for <see cref="UsualTimeLimit"/>.</param>
internal sealed class DocumentReader(IReadOnlyList<string>? textFields, string? idField, TimeSpan? timeLimit = null)
{
    /// <summary>How long reading a file may take unless told otherwise.</summary>
    public static readonly TimeSpan UsualTimeLimit = TimeSpan.FromMinutes(5);

    private readonly ParserThread _parser = new(timeLimit ?? UsualTimeLimit);

    /// <summary>How long a file may be that is read as a whole.</summary>
    public const int LargestWhole = 64 * 1024 * 1024;

    /// <summary>How long a line of a file of records may be.</summary>
    public const int LongestLine = 16 * 1024 * 1024;

    /// <summary>The key of the metadata that holds the path of the file.</summary>
    public const string PathKey = "path";

    /// <summary>The key of the metadata that holds the folder which the path is relative to.</summary>
    public const string RootKey = "root";

    /// <summary>Reads the documents one by one.</summary>
    /// <param name="file">What is read.</param>
    /// <param name="stream">Its content, from the beginning.</param>
    /// <param name="leaveOut">Hears of each record that cannot be read; it spoils no other.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="InvalidDataException">The file is not what its name says.</exception>
    public IAsyncEnumerable<SourceDocument> ReadAsync(
        SourceFile file, Stream stream, Action<string> leaveOut, CancellationToken cancellationToken)
    {
        if (file.Kind.IsReadWhole() && file.Length > LargestWhole)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{file.ShownPath} has {file.Length:N0} bytes; " +
                $"files of this type are read as a whole and may have {LargestWhole:N0}. Split it, or write it as JSON Lines or CSV."));
        }

        var input = new Utf8Input(stream, file.ShownPath) { LongestLine = LongestLine, LargestWhole = LargestWhole };
        return file.Kind switch
        {
            FileKind.Json => RecordsAsync(
                file, leaveOut, fields => RecordReader.ReadJsonAsync(input, fields, cancellationToken), cancellationToken),
            FileKind.JsonLines => RecordsAsync(
                file, leaveOut, fields => RecordReader.ReadAsync(input, InputFormat.Jsonl, fields, cancellationToken), cancellationToken),
            FileKind.Csv or FileKind.Tsv => RecordsAsync(
                file, leaveOut, fields => CsvRecords.ReadAsync(input, file.Kind == FileKind.Tsv, fields, cancellationToken),
                cancellationToken),
            _ => WholeAsync(file, stream, input, leaveOut, cancellationToken),
        };
    }

    private async IAsyncEnumerable<SourceDocument> WholeAsync(
        SourceFile file, Stream stream, Utf8Input input, Action<string> leaveOut,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var content = await ContentAsync(file, stream, input, leaveOut, cancellationToken);
        var metadata = Metadata(file);
        if (content.Outline?.Title is { } title)
        {
            metadata[SearchDocument.TitleKey] = title;
        }

        yield return new(file.Id, content.Text, content.Outline, metadata) { Pages = content.Pages };
    }

    private async Task<FileContent> ContentAsync(
        SourceFile file, Stream stream, Utf8Input input, Action<string> leaveOut, CancellationToken cancellationToken)
    {
        if (file.Kind is FileKind.Pdf or FileKind.Word or FileKind.PowerPoint or FileKind.Excel or FileKind.Xml)
        {
            byte[] bytes = new byte[file.Length];
            int length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
            return await _parser.RunAsync(
                stop => ReadBinary(file, length == bytes.Length ? bytes : bytes[..length], leaveOut, stop),
                cancellationToken);
        }

        if (file is { Kind: FileKind.Converted, Converter: { } converter })
        {
            string markdown = await converter.RunAsync(file, _parser.Limit, LargestWhole, cancellationToken);
            return await _parser.RunAsync(_ => new FileContent(markdown, DocumentOutline.OfMarkdown(markdown)), cancellationToken);
        }

        var utf8 = await input.ReadRestAsync(cancellationToken);
        return file.Kind == FileKind.Text
            ? new(Encoding.UTF8.GetString(utf8.Span))
            : await _parser.RunAsync(_ => ReadText(file, utf8), cancellationToken);
    }

    private static FileContent ReadBinary(SourceFile file, byte[] bytes, Action<string> leaveOut, CancellationToken stop) =>
        file.Kind switch
        {
            FileKind.Pdf => PdfFormat.Read(bytes, reason => leaveOut($"{file.ShownPath}: {reason}"), stop),
            FileKind.Word => WordFormat.Read(bytes, stop),
            FileKind.PowerPoint => PowerPointFormat.Read(bytes, stop),
            FileKind.Excel => ExcelFormat.Read(bytes, stop),
            _ => XmlFormat.Read(bytes, stop),
        };

    private static FileContent ReadText(SourceFile file, ReadOnlyMemory<byte> utf8)
    {
        if (file.Kind == FileKind.Notebook)
        {
            return NotebookFormat.Read(utf8, file.ShownPath);
        }

        string text = Encoding.UTF8.GetString(utf8.Span);
        if (file.Kind == FileKind.Html)
        {
            var (seen, outline) = HtmlText.Read(text);
            return new(seen, outline);
        }

        return new(text, file.Kind switch
        {
            FileKind.Markdown => DocumentOutline.OfMarkdown(text),
            FileKind.ReStructuredText => DocumentOutline.OfReStructuredText(text),
            FileKind.AsciiDoc => DocumentOutline.OfAsciiDoc(text),
            _ => null,
        });
    }

    private async IAsyncEnumerable<SourceDocument> RecordsAsync(
        SourceFile file, Action<string> leaveOut, Func<RecordFields, IAsyncEnumerable<InputDocument>> read,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Records that are left out have numbers, too: the others keep theirs when one is mended.
        int number = 0;
        var fields = new RecordFields(textFields, idField)
        {
            KeepsOthers = true,
            LeaveOut = reason =>
            {
                number++;
                leaveOut(reason);
            },
        };
        await foreach (var record in read(fields).WithCancellation(cancellationToken))
        {
            number++;
            string id = record.Id ?? number.ToString(CultureInfo.InvariantCulture);
            var metadata = Metadata(file, record.OtherFields);
            yield return new($"{file.Id}{SourceFile.RecordSeparator}{id}", record.Text, Outline: null, metadata);
        }
    }

    private static Dictionary<string, string> Metadata(SourceFile file, IReadOnlyDictionary<string, string>? others = null) =>
        new(others ?? new Dictionary<string, string>()) { [PathKey] = file.Name, [RootKey] = file.Root };
}

/// <summary>A document that was read from a file.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text.</param>
/// <param name="Outline">The headings and blocks that say where it is cut; null if it has none, which is plain text.</param>
/// <param name="Metadata">What else is known about it.</param>
internal sealed record SourceDocument(string Id, string Text, DocumentOutline? Outline, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Gets where its pages begin; null if it has none.</summary>
    public PageStarts? Pages { get; init; }
}
