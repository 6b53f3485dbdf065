using System.CommandLine;

namespace Resift.Cli;

/// <summary><c>resift merge</c>: the shards of a batch, put together.</summary>
internal sealed class MergeCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "The files of all shards, in any order, each with its manifest beside it.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _output = OptionTypes.Text(
        "--output", "The file to write, which appears complete or not at all; '-' or nothing writes standard output.", "FILE");

    public MergeCommand(CliConsole console)
        : base("merge", "Puts the shards of a batch together: what one run without --shard would have written, byte for byte.")
    {
        _console = console;
        Add(_files);
        Add(_output);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Example:
          resift merge part-*.jsonl --output vectors.jsonl

        All shards must be there, whole, and of one input, one model and the same options; otherwise nothing is written.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string[] files = parsed.GetValue(_files)!;
        if (Array.Find(files, Directory.Exists) is { } folder)
        {
            throw new UsageException($"{folder} is a folder; the files of shards were expected, as in {Path.Join(folder, "*.jsonl")}.");
        }

        if (Array.Find(files, file => !File.Exists(file)) is { } absent)
        {
            throw new FileNotFoundException($"There is no file {absent}.");
        }

        await using var output = OutputTarget.Open(parsed.GetValue(_output), _console);
        int records = await ShardMerge.RunAsync(files, output.Writer, cancellationToken);
        await output.CommitAsync();
        _console.Note($"{Facts.Number(records)} records of {Facts.Number(files.Length)} shards");
        return ExitCode.Ok;
    }
}
