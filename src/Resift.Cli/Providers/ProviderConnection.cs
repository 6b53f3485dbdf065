namespace Resift.Cli;

/// <summary>Where a provider is and who asks, found in options, a configuration file and the environment.</summary>
/// <param name="Provider">The provider.</param>
internal sealed record ProviderConnection(RemoteProvider Provider)
{
    /// <summary>Gets what the reranker is called where it was configured.</summary>
    public required string Name { get; init; }

    public string? Model { get; private init; }

    /// <summary>Gets the address; null for the provider's own.</summary>
    public Uri? Endpoint { get; private init; }

    /// <summary>Gets a value indicating whether requests go to the address as it is.</summary>
    public bool IsEndpointFinal { get; private init; }

    public int? DocumentsPerRequest { get; private init; }

    public bool? IsPointwise { get; private init; }

    /// <summary>Gets more headers, whose values are shown nowhere.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; private init; } = new Dictionary<string, string>();

    /// <summary>Gets what gives a token in the place of a key; null for a key.</summary>
    public TokenCommand? Token { get; private init; }

    /// <summary>Gets the project or region that is meant; null if no variable says so.</summary>
    public string? Place { get; private init; }

    /// <summary>Gets the variable that the key was found in, or should be in; null if no key is needed and none was found.</summary>
    public string? KeyVariable { get; private init; }

    /// <summary>Gets the variables of which one has to be set and none is; null if no key is missing.</summary>
    public string? MissingKey { get; private init; }

    public ScoreScale? Scale { get; init; }

    /// <summary>Gets how a language model is asked.</summary>
    public ListwiseLlmRerankerOptions Chat { get; private init; } = new();

    /// <summary>Gets how long the only attempt may take; null for the usual limits with retries.</summary>
    public TimeSpan? OnlyAttempt { get; init; }

    /// <summary>Gets the key, which is sent and never shown.</summary>
    public string? Key { get; private init; }

    /// <summary>Finds out how a provider is reached.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="settings">What was said about it.</param>
    /// <param name="environment">Gives the value of an environment variable; null if it is not set or blank.</param>
    /// <exception cref="UsageException">The address is none, or no model is named where there has to be one.</exception>
    public static ProviderConnection Find(RemoteProvider provider, RerankerSettings settings, Func<string, string?> environment)
    {
        var endpoint = EndpointOf(provider, settings, environment);
        if (provider.RequiresModel && settings.Model is null)
        {
            throw new UsageException($"{provider.Name} serves many models, so one has to be named.");
        }

        if (settings is { TokenCommand: not null, KeyVariable: not null })
        {
            throw new UsageException($"{settings.Name} has a token command and a variable with a key; leave out one of them.");
        }

        IReadOnlyList<string> variables = settings.KeyVariable is { } own ? [own] : provider.KeyVariables;
        bool hasToken = settings.TokenCommand is not null;
        string? found = hasToken ? null : variables.FirstOrDefault(variable => environment(variable) is not null);
        bool isKeyNeeded = settings.KeyVariable is not null || (provider.RequiresKey && endpoint is null);
        bool isMissing = found is null && !hasToken && isKeyNeeded;
        return new(provider)
        {
            Model = settings.Model,
            Endpoint = endpoint,
            IsEndpointFinal = settings.IsEndpointFinal,
            DocumentsPerRequest = settings.DocumentsPerRequest,
            IsPointwise = settings.IsPointwise,
            Headers = settings.HeaderVariables.ToDictionary(header => header.Key, header => environment(header.Value)
                ?? throw new UsageException($"the header {header.Key} of {settings.Name} is in {header.Value}, which is not set.")),
            Token = settings.TokenCommand is { } command ? new(command) : null,
            Place = provider.PlaceVariables.Select(environment).FirstOrDefault(value => value is not null),
            Scale = settings.Scale,
            Chat = ChatOf(settings),
            Key = found is null ? null : environment(found),
            KeyVariable = found ?? (isMissing ? variables[0] : null),
            MissingKey = isMissing ? string.Join(" or ", variables) : null,
            Name = settings.Name,
        };
    }

    /// <summary>Creates the reranker. Nothing is sent yet.</summary>
    /// <exception cref="UsageException">There is no key.</exception>
    public IReranker Open()
    {
        if (MissingKey is not null)
        {
            throw new UsageException($"{Name} needs an API key, and there is none: set the environment variable {MissingKey}.");
        }

        var usual = new HttpRerankerOptions();
        var options = new HttpRerankerOptions
        {
            ApiKey = Key,
            TokenProvider = Token is null ? null : Token.GetAsync,
            Headers = Headers.ToDictionary(),
            Endpoint = Endpoint,
            IsEndpointFinal = IsEndpointFinal,
            MaxDocumentsPerRequest = DocumentsPerRequest,
            IsPointwise = IsPointwise,
            ModelId = Model,
            ScoreScale = Scale,
            MaxRetries = OnlyAttempt is null ? usual.MaxRetries : 0,
            AttemptTimeout = OnlyAttempt ?? usual.AttemptTimeout,
            RequestTimeout = OnlyAttempt ?? usual.RequestTimeout,
        };
        try
        {
            var reranker = Provider.Create(options, this);
            return Provider.IsApi ? new OptionWords(reranker) : reranker;
        }
        catch (InvalidOperationException error)
        {
            // What has to be known about a provider and is not.
            throw new UsageException(error.Message);
        }
    }

    // Records print their properties.
    public override string ToString() => $"{Provider.Name} at {Endpoint?.GetLeftPart(UriPartial.Path) ?? "its own address"}";

    private static ListwiseLlmRerankerOptions ChatOf(RerankerSettings settings)
    {
        var usual = new ListwiseLlmRerankerOptions();
        return new()
        {
            Temperature = settings.Temperature is { } temperature ? temperature.Value : usual.Temperature,
            UseStructuredOutput = settings.StructuredOutput ?? usual.UseStructuredOutput,
        };
    }

    private static Uri? EndpointOf(RemoteProvider provider, RerankerSettings settings, Func<string, string?> environment)
    {
        string? variable = provider.EndpointVariables.FirstOrDefault(name => environment(name) is not null);
        string? address = settings.Endpoint ?? (variable is null ? null : environment(variable));
        if (address is null)
        {
            return null;
        }

        return EndpointAddress.Read(address, settings.Endpoint is null ? variable! : $"the endpoint of {settings.Name}");
    }
}
