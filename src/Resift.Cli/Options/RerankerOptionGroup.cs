using System.CommandLine;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>The options that say who reranks: a model on this machine, or a provider.</summary>
/// <param name="console">Gives environment and folder.</param>
/// <param name="loader">Opens local models.</param>
/// <param name="model">The option that names the model.</param>
/// <param name="endpoint">The option that says where the provider is.</param>
/// <param name="hasEmbedder">Whether the command also runs a local embedder, which <c>--threads</c> is then about.</param>
/// <param name="defaultModel">What reads if no model is named, in words.</param>
internal sealed class RerankerOptionGroup(
    CliConsole console, IModelLoader loader, string model = "--model", string endpoint = "--endpoint", bool hasEmbedder = false,
    string defaultModel = "that of the tier")
{
    private const string ProviderVariable = "RESIFT_PROVIDER";
    private const string ConfigVariable = "RESIFT_CONFIG";

    private readonly Option<string> _provider = OptionTypes.Text(
        "--provider",
        $"Who reranks: {string.Join(", ", RemoteProvider.Names)}, or a name from {ConfigurationFile.FileName}. " +
            $"Default: {ProviderVariable}, else local.",
        "NAME");

    private readonly Option<string> _endpoint = OptionTypes.Text(
        endpoint, "With --provider: its address. Default: the provider's own.", "URL");

    private readonly Option<string> _config = OptionTypes.Text(
        "--config",
        $"The file that names rerankers. Default: {ConfigVariable}, else {ConfigurationFile.FileName} in this folder or above.",
        "FILE");

    /// <summary>Gets the options of models on this machine.</summary>
    public ModelOptionGroup Local { get; } = new(loader, ModelFolder.StrongReranker, model)
    {
        DefaultText = defaultModel,
        Note = " With --provider: the name that the provider gives it.",
    };

    /// <summary>Gets the option that names a bundled model by what it is for, where no index is searched.</summary>
    public Option<SearchTier?> Tier { get; } = OptionTypes.Choice(
        "--tier",
        $"Which bundled model reads: light: {ModelFolder.Reranker}; full: {ModelFolder.StrongReranker}, which takes twice as long. " +
            "Default: full.",
        SearchTier.Light, SearchTier.Full);

    public void AddTo(Command command)
    {
        command.Add(_provider);
        Local.AddTo(command);
        command.Add(_endpoint);
        command.Add(_config);
    }

    /// <summary>Opens the reranker.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="threshold">What is to be done with its scores, which is refused here if it cannot be, before anything is paid.</param>
    public IReranker Open(ParseResult parsed, ScoreThreshold threshold = default)
    {
        var settings = Settings(parsed);
        if (Connection(settings) is not { } connection)
        {
            return Local.OpenReranker(parsed, settings.Model ?? DefaultModel(parsed));
        }

        var reranker = connection.Open();
        try
        {
            threshold.ThrowUnlessApplicable(settings.Name, reranker.GetService<RerankerMetadata>()!.ScoreScale);
            return reranker;
        }
        catch
        {
            reranker.Dispose();
            throw;
        }
    }

    /// <summary>Gets how a provider is reached; null for a model on this machine.</summary>
    public ProviderConnection? Connection(RerankerSettings settings) =>
        RemoteProvider.Find(settings.Provider) is { } provider ? ProviderConnection.Find(provider, settings, console.Environment) : null;

    /// <summary>Gets a short name for the reranker, of its model if that is known.</summary>
    public string Name(ParseResult parsed)
    {
        var settings = Settings(parsed);
        return settings.Model ?? (settings.Provider == RemoteProvider.Local ? DefaultModel(parsed) : settings.Name);
    }

    /// <summary>Determines whether the command line leaves it open who reranks, so that each tier takes the bundled model that fits it.</summary>
    public bool IsOpen(ParseResult parsed) => Settings(parsed) is { Provider: RemoteProvider.Local, Model: null };

    /// <summary>Opens the small bundled model.</summary>
    public IReranker OpenSmall(ParseResult parsed) => Local.OpenReranker(parsed, ModelFolder.Reranker);

    public bool IsRemote(ParseResult parsed) => Settings(parsed).Provider != RemoteProvider.Local;

    /// <summary>Gets who reranks, by the command line, the environment and the configuration file.</summary>
    /// <exception cref="UsageException">There is no such provider, or options contradict each other.</exception>
    public RerankerSettings Settings(ParseResult parsed)
    {
        string name = parsed.GetValue(_provider) ?? NullIfBlank(console.Environment(ProviderVariable)) ?? RemoteProvider.Local;
        bool isProvider = RemoteProvider.Names.Contains(name);
        if (isProvider && parsed.GetValue(_config) is { } unused)
        {
            throw new UsageException($"--config {unused} names rerankers, but '{name}' is a provider; name one of them by --provider.");
        }

        var settings = isProvider ? new(name, name) : Named(name, parsed);
        settings = settings with
        {
            Model = Local.ExplicitName(parsed) ?? settings.Model,
            Endpoint = parsed.GetValue(_endpoint) ?? settings.Endpoint,
        };
        if (HasTier(parsed) && (settings.Model ?? (settings.Provider == RemoteProvider.Local ? null : settings.Name)) is { } named)
        {
            throw new UsageException($"--tier chooses a bundled model, but {named} was named; leave out one of them.");
        }

        if (settings.Provider == RemoteProvider.Local)
        {
            return settings.Endpoint is null ? settings : throw new UsageException(
                $"{endpoint} is a provider's address, but models on this machine have none; name one with --provider.");
        }

        if (Local.Options(parsed) is var options && (options.MaxTokens is not null || (options.Threads is not null && !hasEmbedder)))
        {
            throw new UsageException($"{(options.MaxTokens is not null ? "--max-tokens" : "--threads")} is about models on this machine, " +
                $"and {settings.Name} is none; leave it out.");
        }

        return settings;
    }

    private bool HasTier(ParseResult parsed) => parsed.CommandResult.Command.Options.Contains(Tier) && parsed.GetValue(Tier) is not null;

    private string DefaultModel(ParseResult parsed) =>
        HasTier(parsed) && parsed.GetValue(Tier) == SearchTier.Light ? ModelFolder.Reranker : ModelFolder.StrongReranker;

    private RerankerSettings Named(string name, ParseResult parsed)
    {
        string? file = parsed.GetValue(_config) ?? NullIfBlank(console.Environment(ConfigVariable))
            ?? ConfigurationFile.Find(console.Folder);
        if (file is null)
        {
            throw new UsageException($"there is no provider '{name}', and no {ConfigurationFile.FileName} in this folder or above that " +
                $"could name it. Providers: {string.Join(", ", RemoteProvider.Names)}.");
        }

        var known = ConfigurationFile.Read(file);
        return known.GetValueOrDefault(name) ?? throw new UsageException($"there is no provider '{name}': neither among " +
            $"{string.Join(", ", RemoteProvider.Names)}, nor in {file}, which names {string.Join(", ", known.Keys)}.");
    }

    private static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
