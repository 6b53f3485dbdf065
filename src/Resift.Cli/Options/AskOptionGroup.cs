using System.CommandLine;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>The options that say how questions are answered: from which passages, and by which language model.</summary>
internal sealed class AskOptionGroup
{
    private static readonly RagOptions _defaults = new();

    private readonly SearchOptionGroup _search;
    private readonly Option<int?> _contextTokens = OptionTypes.Number(
        "--max-context-tokens",
        $"How many tokens of passages the model is given at most. Default: {_defaults.MaxContextTokens}.", minimum: 1);

    private readonly Option<bool> _showPassages = new("--show-passages")
    {
        Description = "Show the passages that the model was given, below the answer. JSON has them always.",
    };

    public AskOptionGroup(CliConsole console, IModelLoader loader) =>
        _search = new(new(console, loader, "--reranker", "--reranker-endpoint", hasEmbedder: true, hasTimeout: true));

    /// <summary>Gets the options of the language model.</summary>
    public ChatOptionGroup Chat { get; } = new();

    public void AddTo(Command command)
    {
        Chat.AddTo(command);
        _search.AddTo(command);
        command.Add(_contextTokens);
        command.Add(_showPassages);
    }

    public bool ShowPassages(ParseResult parsed) => parsed.GetValue(_showPassages);

    /// <summary>Gets what the options say about questions.</summary>
    /// <exception cref="UsageException">Options contradict each other, or have a value that means nothing here.</exception>
    public AskPlan Read(ParseResult parsed)
    {
        var search = _search.Read(parsed);
        int contextTokens = parsed.GetValue(_contextTokens) ?? _defaults.MaxContextTokens;
        var chat = Chat.Read(parsed);
        return new(search, question => new()
        {
            Search = search.OptionsFor(question),
            MaxContextTokens = contextTokens,
            Chat = chat,
        });
    }
}

/// <summary>How questions are answered, as the command line describes it.</summary>
/// <param name="Search">How the index is searched.</param>
/// <param name="OptionsFor">Gets the options for a question, which are the caller's to change.</param>
internal sealed record AskPlan(SearchPlan Search, Func<string, RagOptions> OptionsFor);
