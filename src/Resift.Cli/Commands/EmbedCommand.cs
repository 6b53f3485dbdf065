using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.AI;

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

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "With --output: go on with a run that was stopped, from what is in FILE.partial.",
    };

    private readonly Option<Shard?> _shard = OptionTypes.Shard(
        "With --output: embed this part of the texts only, counted from 0; 'merge' puts the parts together.");

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
        Add(_resume);
        Add(_shard);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift embed corpus.jsonl --text-field title,text --as document --output vectors.jsonl
          echo "how do I undo a commit" | resift embed --as query
          resift embed corpus.jsonl --as document --shard 3/16 --output part-3.jsonl
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string path = DocumentOptionGroup.FileOrPipe(parsed.GetValue(_file), _console, parsed.CommandResult);
        await using var input = _console.OpenText(path);
        await using var output = BatchOutput.Open(parsed.GetValue(_output), parsed.GetValue(_shard), _console);
        if (parsed.GetValue(_resume) && output.IsConsole)
        {
            throw new UsageException("--resume needs --output FILE, beside which stands what was done.");
        }

        using var embedder = _model.Read(parsed).OpenEmbedder(_model.Name(parsed));
        var purpose = parsed.GetValue(_purpose);
        string settings = ModelFingerprint.Create(
            embedder.GetService<ModelFingerprint>()?.Value, _model.Name(parsed), purpose?.ToString()).Value;
        await output.BeginAsync(_model.Name(parsed), settings, input: "", parsed.GetValue(_resume), cancellationToken);
        var writer = new EmbeddingWriter(embedder, purpose, output);
        using var records = new BatchInput(parsed.GetValue(_shard), output.KeepsWhatIsDone);
        var clock = Stopwatch.StartNew();
        await records.ForEachLeftAsync(
            _documents.ReadAsync(parsed, input, _console, cancellationToken),
            text => text.Id ?? text.Text,
            text => [text.Id, text.Text],
            TextsAtOnce,
            output,
            new(_console, "texts"),
            batch => writer.WriteAsync(batch, cancellationToken),
            cancellationToken);

        if (records.Records == 0)
        {
            throw new InvalidDataException(
                $"{input.Name} has no texts; one on each line, a JSON array, JSON Lines or a table was expected.");
        }

        await output.CommitAsync(records, skipped: 0, cancellationToken);
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
