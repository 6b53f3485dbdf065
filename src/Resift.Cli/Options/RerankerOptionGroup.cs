using System.CommandLine;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>The options that say who reranks: a model on this machine, or a provider.</summary>
/// <param name="console">Gives environment and folder.</param>
/// <param name="loader">Opens local models.</param>
/// <param name="model">The option that names the model.</param>
/// <param name="endpoint">The option that says where the provider is.</param>
/// <param name="hasEmbedder">Whether the command also runs a local embedder, which <c>--threads</c> is then about.</param>
/// <param name="hasTimeout">Whether reranking may be limited in time.</param>
/// <param name="hasTier">Whether <c>--tier</c> names a bundled model by what it is for, which it does where no index is searched.</param>
/// <param name="defaultModel">What reads if no model is named, in words.</param>
internal sealed class RerankerOptionGroup(
    CliConsole console, IModelLoader loader, string model = "--model", string endpoint = "--endpoint", bool hasEmbedder = false,
    bool hasTimeout = false, bool hasTier = false, string defaultModel = "that of the tier")
{
    /// <summary>The name of the option that names the configuration file.</summary>
    public const string ConfigName = "--config";

    private const string ProviderVariable = "RESIFT_PROVIDER";

    private readonly Option<SearchTier?> _tier = OptionTypes.Choice(
        "--tier",
        $"Which bundled model reads: light: {ModelFolder.Reranker}; full: {ModelFolder.StrongReranker}, which takes twice as long. " +
            "Default: full.",
        SearchTier.Light, SearchTier.Full);

    private readonly Option<string> _provider = OptionTypes.Text(
        "--provider",
        $"Who reranks: {string.Join(", ", RemoteProvider.Names)}, or a name from {ConfigurationFile.FileName}. " +
            $"Default: {ProviderVariable}, else local.",
        "NAME");

    private readonly ModelOptionGroup _model = new(loader, ModelFolder.StrongReranker, model)
    {
        DefaultText = defaultModel,
        Note = " With --provider: the name that the provider gives it.",
        IsReranker = true,
    };

    private readonly Option<string> _endpoint = OptionTypes.Text(
        endpoint, "With --provider: its address. Default: the provider's own.", "URL");

    private readonly ProviderOptionGroup _requests = new(endpoint.Replace("endpoint", "", StringComparison.Ordinal));

    private readonly Option<ChatTemperature?> _temperature = OptionTypes.Temperature(
        endpoint.Replace("endpoint", "temperature", StringComparison.Ordinal),
        "With --provider llm: how freely the model answers. Default: 0. What its server refuses is left out.");

    private readonly Option<OnOff?> _structuredOutput = OptionTypes.Choice(
        endpoint.Replace("endpoint", "structured-output", StringComparison.Ordinal),
        "With --provider llm: whether the request has a JSON schema of the answer. Default: on. What its server refuses is left out.",
        OnOff.On, OnOff.Off);

    private readonly Option<string> _config = OptionTypes.Text(
        ConfigName,
        $"The file that names rerankers and defaults. Default: {ConfigurationFile.Variable}, else {ConfigurationFile.FileName} in this " +
            "folder or above, which may not say endpoints and key variables, else that of your home folder.",
        "FILE");

    private readonly Option<double?> _timeout = OptionTypes.Seconds(
        "--timeout",
        "How many seconds reranking may take. What is not scored by then follows what is, in the order it came in. Default: no limit.");

    private enum OnOff
    {
        On,
        Off,
    }

    /// <summary>Gets a value indicating whether the command reads more of the configuration file than rerankers and defaults.</summary>
    public bool ConfigSaysMore { get; init; }

    /// <summary>Gets what gives environment, folder and defaults.</summary>
    public CliConsole Console => console;

    public void AddTo(Command command)
    {
        _provider.CompletionSources.Add([.. RemoteProvider.Names]);
        if (hasTimeout)
        {
            command.Add(_timeout);
        }

        if (hasTier)
        {
            command.Add(_tier);
        }

        command.Add(_provider);
        _model.AddTo(command);
        command.Add(_endpoint);
        _requests.AddTo(command);
        command.Add(_temperature);
        command.Add(_structuredOutput);
        command.Add(_config);
    }

    /// <summary>Gets who reranks, by the command line, the environment and the configuration file.</summary>
    /// <exception cref="UsageException">There is no such provider, or options contradict each other.</exception>
    /// <exception cref="InvalidDataException">The configuration file is wrong.</exception>
    public RerankerChoice Read(ParseResult parsed)
    {
        var tier = hasTier ? parsed.GetValue(_tier) : null;
        var settings = Settings(parsed);
        if (tier is not null && (settings.Model ?? (settings.Provider == RemoteProvider.Local ? null : settings.Name)) is { } named)
        {
            throw new UsageException($"--tier chooses a bundled model, but {named} was named; leave out one of them.");
        }

        var models = _model.Read(parsed);
        ThrowIfMixed(settings, models.Options);
        string whereNoneIsNamed = (tier ?? console.Defaults.Tier) == SearchTier.Light ? ModelFolder.Reranker : ModelFolder.StrongReranker;
        return new(settings, whereNoneIsNamed, models, console.Variable)
        {
            Timeout = hasTimeout && parsed.GetValue(_timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
    }

    /// <summary>
    /// Gets a reranker by one name: a tier, a provider with or without <c>:MODEL</c>, a name of the configuration file, or a model of this
    /// machine.
    /// </summary>
    /// <exception cref="UsageException">The configuration file may not name it.</exception>
    /// <exception cref="InvalidDataException">The configuration file is wrong.</exception>
    public RerankerChoice ReadNamed(ParseResult parsed, string name)
    {
        int colon = name.IndexOf(':', StringComparison.Ordinal);
        string provider = colon < 0 ? name : name[..colon];
        string? file = parsed.GetValue(_config) ?? console.Variable(ConfigurationFile.Variable) ?? ConfigurationFile.Find(console.Folder)
            ?? ConfigurationFile.InHome(console);
        RerankerSettings settings =
            SearchTiers.Find(name) is { } tier ? new(name, RemoteProvider.Local) { Model = SearchTiers.ModelOf(tier) }
            : RemoteProvider.Find(provider) is not null ? new(name, provider) { Model = colon < 0 ? null : name[(colon + 1)..] }
            : file is not null && ConfigurationFile.Read(file).Rerankers.ContainsKey(name) ? Named(name, parsed)
            : new(name, RemoteProvider.Local) { Model = name };
        return new(settings, ModelFolder.StrongReranker, _model.Read(parsed), console.Variable);
    }

    /// <summary>Determines whether an option says who reranks.</summary>
    public bool NamesOne(ParseResult parsed) => parsed.GetValue(_provider) is not null || _model.ExplicitName(parsed) is not null
        || (hasTier && parsed.GetValue(_tier) is not null);

    private RerankerSettings Settings(ParseResult parsed)
    {
        string name = parsed.GetValue(_provider) ?? console.Variable(ProviderVariable) ?? RemoteProvider.Local;
        bool isProvider = RemoteProvider.Names.Contains(name);
        if (isProvider && parsed.GetValue(_config) is { } unused && console.Defaults.IsEmpty && !ConfigSaysMore)
        {
            throw new UsageException($"--config {unused} names rerankers, but '{name}' is a provider; name one of them by --provider.");
        }

        var settings = isProvider ? new(name, name) : Named(name, parsed);
        return _requests.Read(parsed, settings) with
        {
            Model = _model.ExplicitName(parsed) ?? settings.Model,
            Endpoint = parsed.GetValue(_endpoint) ?? settings.Endpoint,
            Temperature = parsed.GetValue(_temperature) ?? settings.Temperature,
            StructuredOutput = parsed.GetValue(_structuredOutput) is { } wish ? wish == OnOff.On : settings.StructuredOutput,
        };
    }

    private void ThrowIfMixed(RerankerSettings settings, LocalModelOptions local)
    {
        if (!settings.IsLanguageModel && (settings.Temperature is not null || settings.StructuredOutput is not null))
        {
            var option = settings.Temperature is not null ? (Option)_temperature : _structuredOutput;
            throw new UsageException($"{option.Name} is about language models, and {settings.Name} is none; leave it out, or rerank by " +
                "--provider llm.");
        }

        if (settings.Provider == RemoteProvider.Local)
        {
            if (settings.Endpoint is not null)
            {
                throw new UsageException(
                    $"{endpoint} is a provider's address, but models on this machine have none; name one with --provider.");
            }
        }
        else if (local.MaxTokens is not null || (local.Threads is not null && !hasEmbedder))
        {
            throw new UsageException($"{(local.MaxTokens is not null ? "--max-tokens" : "--threads")} is about models on this machine, " +
                $"and {settings.Name} is none; leave it out.");
        }
    }

    private RerankerSettings Named(string name, ParseResult parsed)
    {
        string? trusted = parsed.GetValue(_config) ?? console.Variable(ConfigurationFile.Variable);
        string? home = ConfigurationFile.InHome(console);
        // A name that the environment has in all folders must not mean what some folder says.
        bool isOfCommandLine = parsed.GetValue(_provider) is not null;
        string? found = trusted is null && isOfCommandLine ? ConfigurationFile.Find(console.Folder) : null;
        string file = trusted ?? found ?? home ?? throw new UsageException(isOfCommandLine
            ? $"there is no provider '{name}', and no {ConfigurationFile.FileName} in this folder or above that could name it. " +
                $"Providers: {string.Join(", ", RemoteProvider.Names)}."
            : $"{ProviderVariable} is '{name}', which is no provider. A name from the environment has to be in the file of --config, " +
                $"{ConfigurationFile.Variable} or your home folder; a {ConfigurationFile.FileName} of other folders is not asked.");
        var known = ConfigurationFile.Read(file).Rerankers;
        var settings = known.GetValueOrDefault(name) ?? throw new UsageException($"there is no provider '{name}': neither among " +
            $"{string.Join(", ", RemoteProvider.Names)}, nor in {file}, which names {string.Join(", ", known.Keys)}.");
        // Anybody may have put it there: it must not decide where documents go, nor which secret goes with them.
        return trusted is not null || file == home || !settings.NeedsTrust
            ? settings
            : throw new UsageException($"{file} says where '{name}' is or what holds its key, and was found by looking through " +
                $"folders, where it may be anybody's. If you trust it, name it: --config {file} (or {ConfigurationFile.Variable}).");
    }
}
