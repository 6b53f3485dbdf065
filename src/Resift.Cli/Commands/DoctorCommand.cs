using System.CommandLine;

namespace Resift.Cli;

/// <summary><c>resift doctor</c>: says in words what is wrong with a model or a provider.</summary>
internal sealed class DoctorCommand : Command, IHelpEpilogue
{
    private const int DefaultTimeout = 30;

    private readonly CliConsole _console;
    private readonly RerankerOptionGroup _reranker;
    private readonly Option<int?> _timeout = OptionTypes.Number(
        "--timeout", $"With --provider: how many seconds one request may take. Default: {DefaultTimeout}.", minimum: 1);

    private readonly Option<Format?> _format = OptionTypes.Choice(
        "--format", "How the findings are written. Default: text.", Format.Text, Format.Json);

    public DoctorCommand(CliConsole console, IModelLoader loader)
        : base("doctor", "Asks a model or a provider obvious questions, and says in words what is wrong with it.")
    {
        _console = console;
        _reranker = new(console, loader, defaultModel: "every bundled one in turn");
        _reranker.AddTo(this);
        Add(_timeout);
        Add(_format);
        SetAction(RunAsync);
    }

    private enum Format
    {
        Text,
        Json,
    }

    public string Epilogue => """
        Examples:
          resift doctor
          resift doctor --model ./my-model
          resift doctor --provider cohere
          resift doctor --provider tei --endpoint http://reranker.internal:8080 --format json

        A provider gets five requests at most, without retries. The exit code is 1 if a check fails.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var reranker = _reranker.Read(parsed);
        var settings = reranker.Settings;
        if (reranker.FindConnection() is { } connection)
        {
            var timeout = TimeSpan.FromSeconds(parsed.GetValue(_timeout) ?? DefaultTimeout);
            return Write(parsed, await ExamineAsync(settings, connection, timeout, cancellationToken));
        }

        int code = ExitCode.Ok;
        foreach (string model in settings.Model is { } named ? [named] : ModelFolder.Bundled)
        {
            var report = await ExamineAsync(settings.Name, model, reranker.Models, cancellationToken);
            code = Math.Max(code, Write(parsed, report));
        }

        return code;
    }

    private int Write(ParseResult parsed, DoctorReport report)
    {
        if (parsed.GetValue(_format) == Format.Json)
        {
            report.WriteJson(_console.Output);
        }
        else
        {
            report.WriteText(_console.Output);
        }

        return report.IsHealthy ? ExitCode.Ok : ExitCode.Error;
    }

    private static async Task<DoctorReport> ExamineAsync(
        RerankerSettings settings, ProviderConnection connection, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var checkup = new ProviderCheckup(connection, timeout);
        var results = await checkup.RunAsync(cancellationToken);
        return new(settings.Name, results) { Model = settings.Model, Endpoint = checkup.Address, Scale = checkup.Scale };
    }

    private static async Task<DoctorReport> ExamineAsync(
        string reranker, string model, LocalModels models, CancellationToken cancellationToken)
    {
        var checkup = new LocalCheckup(models, model);
        var results = await checkup.RunAsync(cancellationToken);
        return new(reranker, results) { Model = model, Scale = checkup.Scale };
    }
}
