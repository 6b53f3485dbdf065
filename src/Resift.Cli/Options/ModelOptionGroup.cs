using System.CommandLine;

namespace Resift.Cli;

/// <summary>The options that say which model of this machine runs, and how.</summary>
/// <param name="loader">Opens them.</param>
/// <param name="defaultModel">The model that is used if none is named.</param>
/// <param name="name">The option that names it.</param>
internal sealed class ModelOptionGroup(IModelLoader loader, string defaultModel, string name = "--model")
{
    private readonly Option<string> _model = new(name)
    {
        HelpName = "NAME|FOLDER",
    };

    private readonly Option<int?> _maxTokens = OptionTypes.Number(
        "--max-tokens", "How many tokens of a query and a document together the model reads at most. Default: its own limit.", minimum: 8);

    private readonly Option<Precision?> _precision = OptionTypes.Choice(
        "--precision",
        "The arithmetic: single precision; int8, which is faster and needs a quarter of the memory; or single precision with weights " +
        "kept as bfloat16 or half precision, for large models in half the memory. Default: single precision, weights of 16 bits kept.",
        Enum.GetValues<Precision>());

    private readonly Option<string?> _label = new("--label")
    {
        Description = "Of a reranker with several labels, the name or number of the one that means that a document is relevant. Default: " +
            "the one whose name says so (relevant, yes, entailment, …).",
        HelpName = "NAME",
    };

    private readonly ThreadsOption _threads = new();

    /// <summary>Gets a value indicating whether the models score pairs, as embedders do not.</summary>
    public bool IsReranker { get; init; }

    /// <summary>Gets what is used if no model is named, in words; null for the default model.</summary>
    public string? DefaultText { get; init; }

    /// <summary>Gets what else there is to say about the model's name.</summary>
    public string Note { get; init; } = "";

    public void AddTo(Command command)
    {
        _model.Description = $"A bundled model ({string.Join(", ", ModelFolder.Bundled)}) one of the hub that was pulled (ORG/NAME), " +
            $"or a folder in the Hugging Face layout. Default: {DefaultText ?? defaultModel}.{Note}";
        _model.CompletionSources.Add([.. ModelFolder.Bundled]);
        command.Add(_model);
        command.Add(_maxTokens);
        command.Add(_precision);
        if (IsReranker)
        {
            command.Add(_label);
        }

        _threads.AddTo(command);
    }

    public string Name(ParseResult parsed) => ExplicitName(parsed) ?? defaultModel;

    /// <summary>Gets the model that the command line names; null if it names none.</summary>
    public string? ExplicitName(ParseResult parsed) => parsed.GetValue(_model);

    /// <summary>Gets what opens models in the way that the options say.</summary>
    public LocalModels Read(ParseResult parsed) => new(loader, parsed.GetValue(_precision) switch
    {
        Precision.Single => Options(parsed) with { Precision = LocalPrecision.Single, WeightType = LocalWeightType.Single },
        Precision.Int8 => Options(parsed) with { Precision = LocalPrecision.Int8 },
        Precision.BFloat16 => Options(parsed) with { WeightType = LocalWeightType.BFloat16 },
        Precision.Half => Options(parsed) with { WeightType = LocalWeightType.Half },
        _ => Options(parsed),
    });

    private LocalModelOptions Options(ParseResult parsed) => new()
    {
        MaxTokens = parsed.GetValue(_maxTokens),
        RelevantLabel = IsReranker ? parsed.GetValue(_label) : null,
        Threads = _threads.Read(parsed),
    };

    private enum Precision
    {
        Single,
        Int8,
        BFloat16,
        Half,
    }
}
