using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Resift.Cli;

/// <summary><c>resift models show</c>: what a model is.</summary>
internal sealed class ModelsShowCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly IModelLoader _loader;
    private readonly Argument<string?> _model = new("NAME|FOLDER")
    {
        Description = "A bundled model, one of the hub that is in the cache, or a folder in the Hugging Face layout. Default: all that " +
            "are bundled.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<FactsFormat?> _format = Facts.FormatOption();

    public ModelsShowCommand(CliConsole console, IModelLoader loader)
        : base(
            "show",
            "Shows architecture, kind, labels, score scale, calibration, limits, prompts, size, storage, licence and fingerprint.")
    {
        _console = console;
        _loader = loader;
        Add(_model);
        Add(_format);
        SetAction(parsed => Show(parsed.GetValue(_model), parsed.GetValue(_format) ?? FactsFormat.Table));
    }

    public string Epilogue => """
        Examples:
          resift models show
          resift models show ./my-model --format json
        """;

    public void Show(string? model, FactsFormat format)
    {
        IReadOnlyList<string> names = model is null ? ModelFolder.Bundled : [model];
        ShownModel[] models = [.. names.Select(_loader.FindFolder).Select(folder => new ShownModel(
            _loader.ReadInfo(folder), _loader.ReadFingerprint(folder)))];
        if (format == FactsFormat.Table)
        {
            WriteTable(models);
        }
        else if (model is not null)
        {
            Json.WriteLine(_console.Output, indented: true, json => WriteJson(json, models[0]));
        }
        else
        {
            Json.WriteLine(_console.Output, indented: true, json =>
            {
                json.WriteStartArray();
                Array.ForEach(models, shown => WriteJson(json, shown));
                json.WriteEndArray();
            });
        }
    }

    private void WriteTable(ShownModel[] models)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("");
        Array.ForEach(models, shown => table.AddColumn(new TableColumn(new Text(Printable.OneLine(shown.Info.ModelId)))));
        AddRow("architecture", info => info.Architecture);
        AddRow("kind", info => Kind(info.Kind));
        AddRow("labels", info => Facts.Number(info.Labels) + (info.RelevantLabel is { } label ? $", scored by '{label}'" : ""));
        AddRow("score scale", info => info.ScoreScale.Name());
        AddRow("calibration", info => info.Calibration is { } curve ? Curve(curve) : "none");
        AddRow("reads", info => $"{Facts.Number(info.MaxTokens)} tokens");
        AddRow("layers", info => Facts.Number(info.Layers));
        AddRow("hidden size", info => Facts.Number(info.HiddenSize));
        AddRow("parameters", info => Facts.Number(info.Parameters));
        AddRow("storage", info => info.Storage);
        AddRow("precision", Precision);
        AddRow("licence", info => info.License ?? "not stated");
        AddPrompt("instruction", info => info.Instruction ?? "");
        AddPrompt("before a query", info => info.QueryPrompt);
        AddPrompt("before a document", info => info.DocumentPrompt);
        AddPrompt("before other texts", info => info.DefaultPrompt);
        table.AddRow([new Text("fingerprint"), .. models.Select(shown => new Text(shown.Fingerprint.Value))]);
        AnsiOutput.Create(_console).Write(table);

        void AddRow(string name, Func<LocalModelInfo, string> value) =>
            table.AddRow([new Text(name), .. models.Select(shown => new Text(Printable.OneLine(value(shown.Info))))]);

        void AddPrompt(string name, Func<LocalModelInfo, string> prompt)
        {
            if (models.Any(shown => prompt(shown.Info).Length > 0))
            {
                // In quotes, because a blank at the end is a part of it.
                AddRow(name, info => prompt(info) is { Length: > 0 } text ? $"\"{text}\"" : "nothing");
            }
        }
    }

    /// <summary>What runs if no option says otherwise.</summary>
    private static string Precision(LocalModelInfo info) => info switch
    {
        { Precision: LocalPrecision.Int8 } => "int8",
        { WeightType: LocalWeightType.Single } => "single",
        _ => $"single, weights {info.WeightType.ToString().ToLowerInvariant()}",
    };

    private static void WriteJson(Utf8JsonWriter json, ShownModel shown)
    {
        var info = shown.Info;
        json.WriteStartObject();
        json.WriteString("model", info.ModelId);
        json.WriteString("architecture", info.Architecture);
        json.WriteString("kind", Kind(info.Kind));
        json.WriteNumber("labels", info.Labels);
        json.WriteString("relevant_label", info.RelevantLabel);
        json.WriteString("scale", info.ScoreScale.Name());
        if (info.Calibration is { } calibration)
        {
            json.WriteStartObject("calibration");
            json.WriteNumber("slope", calibration.Slope);
            json.WriteNumber("intercept", calibration.Intercept);
            json.WriteString("fitted_on", calibration.FittedOn);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("calibration");
        }

        json.WriteNumber("max_tokens", info.MaxTokens);
        json.WriteNumber("layers", info.Layers);
        json.WriteNumber("hidden_size", info.HiddenSize);
        json.WriteNumber("parameters", info.Parameters);
        json.WriteString("storage", info.Storage);
        json.WriteString("precision", Precision(info));
        json.WriteString("license", info.License);
        json.WriteString("instruction", info.Instruction);
        json.WriteString("query_prompt", info.QueryPrompt);
        json.WriteString("document_prompt", info.DocumentPrompt);
        json.WriteString("default_prompt", info.DefaultPrompt);
        json.WriteString("fingerprint", shown.Fingerprint.Value);
        json.WriteEndObject();
    }

    private static string Kind(LocalModelKind kind) => kind switch
    {
        LocalModelKind.CrossEncoder => "cross-encoder",
        LocalModelKind.Embedder => "embedder",
        _ => "classifier (reranks with --label)",
    };

    private static string Curve(LocalCalibration curve) => string.Create(
        CultureInfo.InvariantCulture,
        $"logit × {curve.Slope:0.####} {(curve.Intercept < 0 ? '−' : '+')} {Math.Abs(curve.Intercept):0.####}");

    private sealed record ShownModel(LocalModelInfo Info, ModelFingerprint Fingerprint);
}
