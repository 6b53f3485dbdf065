using System.CommandLine;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary><c>resift tune</c>: chooses on judged queries how to search, and says what that gains on others.</summary>
internal sealed class TuneCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly EvaluationOptionGroup _evaluation;
    private readonly TuningOptionGroup _tuning = new();

    public TuneCommand(CliConsole console, IModelLoader loader)
        : base("tune", "Chooses on judged queries how to search, says what that gains on others, and writes it as a profile.")
    {
        _console = console;
        _evaluation = new(console, loader, hasSeveral: true)
        {
            UsualRetrievers = [RetrieverKind.Hybrid, RetrieverKind.Lexical, RetrieverKind.Dense],
        };
        _evaluation.AddTo(this);
        _tuning.AddTo(this);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift tune --judged queries.jsonl --db docs.db --output profile.json
          resift tune scifact --system light --want-precision 0.9 --output profile.json
          resift tune scifact nfcorpus --leave-one-out --markdown results.md

        Each pair is scored once and kept in --store, as by eval. --depth and --first-stage-weight are what a search has now, which
        the choice is compared with. search, ask and chat read the profile by --profile.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var plan = _tuning.Read(parsed, _evaluation.Read(parsed));
        string? path = _tuning.Output(parsed);

        // Before hours of scoring, not after them.
        await using var output = path is null ? null : OutputTarget.Open(path, _console);
        using var store = _evaluation.OpenStore(parsed);
        using var run = new TuningRun(_console, plan, _evaluation.Opening(parsed), store);
        if (_tuning.LeavesOneOut(parsed))
        {
            var defaults = await run.FitDefaultsAsync(cancellationToken);
            new TuningView(_console).Write(defaults);
            await WriteSectionAsync(_tuning.Markdown(parsed), TuningMarkdown.Of(defaults), cancellationToken);
            return ExitCode.Ok;
        }

        var report = await run.TuneAsync(cancellationToken);
        new TuningView(_console).Write(report);
        await WriteSectionAsync(_tuning.Markdown(parsed), TuningMarkdown.Of(report), cancellationToken);
        if (output is not null)
        {
            await output.Writer.WriteLineAsync(run.ProfileOf(report).ToJson());
            await output.CommitAsync();
            _console.Note($"{path} is written, and has {(report.IsGained ? "what was chosen" : "the settings of now")}");
        }

        return ExitCode.Ok;
    }

    private async Task WriteSectionAsync(string? path, string section, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            return;
        }

        string before = File.Exists(path) ? await File.ReadAllTextAsync(path, cancellationToken) : "";
        await using var output = OutputTarget.Open(path, _console);
        await output.Writer.WriteAsync(TuningMarkdown.Put(before, section));
        await output.CommitAsync();
        if (output.Target is { } target)
        {
            _console.Note($"{target} is written");
        }
    }
}
