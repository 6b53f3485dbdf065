using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace Resift.Cli;

/// <summary><c>resift embed</c>: texts in, vectors out, as they come.</summary>
internal sealed class EmbedCommand : Command, IHelpEpilogue
{
    // Large enough for the embedder to sort by length and fill its batches, small enough to see results early.
    private const int TextsAtOnce = 128;

    private readonly CliConsole _console;
    private readonly Argument<string?> _file = new("FILE")
    {
        Description = "The texts: lines, a JSON array, JSON Lines, CSV or TSV; '-' or nothing reads standard input.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly DocumentOptionGroup _documents = new();
    private readonly ModelOptionGroup _model;
    private readonly Option<EmbeddingPurpose?> _purpose = OptionTypes.Choice(
        "--as",
        "What the texts are, for models that want a prompt before queries or documents. Default: neither, which takes the model's " +
            "default prompt, or none.",
        EmbeddingPurpose.Query,
        EmbeddingPurpose.Document);

    private readonly Option<string> _output = OptionTypes.Text(
        "--output", "The file to write, which appears complete or not at all; '-' or nothing writes standard output.", "FILE");

    public EmbedCommand(CliConsole console, IModelLoader loader)
        : base("embed", "Turns texts into vectors, one JSON object with id, index and embedding a line.")
    {
        _console = console;
        _model = new ModelOptionGroup(loader, ModelFolder.Embedder);
        Add(_file);
        _documents.AddTo(this);
        _model.AddTo(this);
        Add(_purpose);
        Add(_output);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift embed corpus.jsonl --text-field title,text --as document --output vectors.jsonl
          echo "how do I undo a commit" | resift embed --as query
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string path = DocumentOptionGroup.FileOrPipe(parsed.GetValue(_file), _console, parsed.CommandResult);
        await using var input = _console.OpenText(path);
        await using var output = OutputTarget.Open(parsed.GetValue(_output), _console);
        using var embedder = _model.Read(parsed).OpenEmbedder(_model.Name(parsed));
        var writer = new EmbeddingWriter(embedder, parsed.GetValue(_purpose), output.Writer);
        var clock = Stopwatch.StartNew();
        var batch = new List<InputDocument>(TextsAtOnce);
        await foreach (var document in _documents.ReadAsync(parsed, input, _console, cancellationToken))
        {
            batch.Add(document);
            if (batch.Count == TextsAtOnce)
            {
                await writer.WriteAsync(batch, cancellationToken);
                batch.Clear();
            }
        }

        await writer.WriteAsync(batch, cancellationToken);
        if (writer.Count == 0)
        {
            throw new InvalidDataException(
                $"{input.Name} has no texts; one on each line, a JSON array, JSON Lines or a table was expected.");
        }

        await output.CommitAsync();
        Report(writer, clock.Elapsed);
        return ExitCode.Ok;
    }

    private void Report(EmbeddingWriter writer, TimeSpan elapsed)
    {
        if (TruncationReport.Create(writer.Truncated, writer.Count, "text", index => $"{index}") is { } report)
        {
            _console.Note(report);
        }

        string tokens = writer.Tokens is { } known ? string.Create(CultureInfo.InvariantCulture, $", {known:N0} tokens") : "";
        _console.Note(string.Create(CultureInfo.InvariantCulture,
            $"{writer.Count:N0} texts{tokens} in {elapsed.TotalSeconds:F1} s"));
    }
}
