using System.CommandLine;

namespace Resift.Cli;

/// <summary><c>resift eval</c>: says whether reranking helps on judged queries, by how much, and at what price.</summary>
internal sealed class EvalCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly EvaluationOptionGroup _evaluation;
    private readonly ReportOptionGroup _report = new();

    public EvalCommand(CliConsole console, IModelLoader loader)
        : base("eval", "Says whether reranking helps on judged queries: by how much, how surely, how fast, and from which score on.")
    {
        _console = console;
        _evaluation = new(console, loader, hasSeveral: true);
        _evaluation.AddTo(this);
        _report.AddTo(this);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift eval scifact
          resift eval scifact --system light --system full --retriever lexical,hybrid --html report.html
          resift eval scifact --run bm25.trec --system full --system cohere:rerank-v3.5
          resift eval --judged queries.jsonl --db docs.db --html report.html
          resift eval scifact --max-drop 0.01 --baseline last.json --junit report.xml

        Each pair of a query and a document is scored once and kept in --store, so that a stopped evaluation goes on where it was.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var plan = _report.Read(parsed, _evaluation.Read(parsed));
        using var store = _evaluation.OpenStore(parsed);
        using var judge = _report.Judges(parsed) ? _report.OpenJudge(parsed, _console) : null;
        var opening = _evaluation.Opening(parsed) with
        {
            Judge = judge is null ? null : (judge.Client, $"{judge.Address} {_report.JudgeModel(parsed)}"),
        };
        var run = new EvaluationRun(_console, plan, opening, store);
        var report = await run.RunAsync(cancellationToken);
        if (!_report.TakesOutput(parsed))
        {
            new EvaluationView(report).Write(_console);
        }

        return await _report.WriteAsync(parsed, report, _console, cancellationToken) ? ExitCode.Ok : ExitCode.Error;
    }
}
