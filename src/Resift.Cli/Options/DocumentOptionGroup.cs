using System.CommandLine;
using System.CommandLine.Parsing;

namespace Resift.Cli;

/// <summary>The options that say how documents are written, and the reading of them.</summary>
internal sealed class DocumentOptionGroup
{
    private readonly Option<InputFormat?> _format = OptionTypes.Choice(
        "--input-format", "How documents are written; seen by the ending .csv or .tsv, else by the first characters, if not given.",
        InputFormat.Lines, InputFormat.Json, InputFormat.Jsonl, InputFormat.Csv, InputFormat.Tsv);

    private readonly Option<string> _textField = OptionTypes.Text(
        "--text-field",
        "The field of the text; several, as in title,text, are joined by one space. Default: text, else content, passage …",
        "NAME");

    private readonly Option<string> _idField = OptionTypes.Text(
        "--id-field", "The field of the id. Default: _id, else id, else none.", "NAME");

    public void AddTo(Command command)
    {
        command.Add(_format);
        command.Add(_textField);
        command.Add(_idField);
    }

    public bool HasFormat(ParseResult parsed) => parsed.GetValue(_format) is not null;

    public string? TextField(ParseResult parsed) => parsed.GetValue(_textField);

    public string? IdField(ParseResult parsed) => parsed.GetValue(_idField);

    /// <summary>Checks that there is something to read: waiting for somebody to type would only seem to hang.</summary>
    /// <returns>The path to open, with <c>-</c> for standard input.</returns>
    public static string FileOrPipe(string? file, CliConsole console, CommandResult command)
    {
        if (file is null && console.IsInputTerminal)
        {
            throw new UsageException("no FILE was given and nothing is piped in. Give a file, or '-' to type documents and end with " +
                $"Ctrl-D, or pipe them in, as in: cat notes.txt | resift {command.Command.Name} …");
        }

        return file ?? "-";
    }

    /// <summary>Reads the documents one by one.</summary>
    public IAsyncEnumerable<InputDocument> ReadAsync(
        ParseResult parsed, Utf8Input input, CliConsole console, CancellationToken cancellationToken)
    {
        var fields = new RecordFields(
            RecordFields.Split(TextField(parsed)), IdField(parsed), console.Note);
        return RecordReader.ReadAsync(input, parsed.GetValue(_format), fields, cancellationToken);
    }

    /// <summary>Reads all documents of a file.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public async Task<List<InputDocument>> ReadAllAsync(
        ParseResult parsed, string path, CliConsole console, CancellationToken cancellationToken)
    {
        await using var input = console.OpenText(path);
        var documents = new List<InputDocument>();
        await foreach (var document in ReadAsync(parsed, input, console, cancellationToken))
        {
            documents.Add(document);
        }

        return documents.Count > 0
            ? documents
            : throw new InvalidDataException(
                $"{input.Name} has no documents; one on each line, a JSON array, JSON Lines or a table was expected.");
    }
}
