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

    /// <summary>Gets the variable that the key was found in, or should be in; null if no key is needed and none was found.</summary>
    public string? KeyVariable { get; private init; }

    /// <summary>Gets the variables of which one has to be set and none is; null if no key is missing.</summary>
    public string? MissingKey { get; private init; }

    public ScoreScale? Scale { get; init; }

    /// <summary>Gets how long the only attempt may take; null for the usual limits with retries.</summary>
    public TimeSpan? OnlyAttempt { get; init; }

    /// <summary>Gets the key, which is sent and never shown.</summary>
    public string? Key { get; private init; }

    /// <exception cref="UsageException">The address is none, or no model is named where there has to be one.</exception>
    public static ProviderConnection Find(RemoteProvider provider, RerankerSettings settings, Func<string, string?> environment)
    {
        var endpoint = EndpointOf(provider, settings, environment);
        if (provider.RequiresModel && settings.Model is null)
        {
            throw new UsageException($"{provider.Name} serves many models, so one has to be named.");
        }

        IReadOnlyList<string> variables = settings.KeyVariable is { } own ? [own] : provider.KeyVariables;
        string? found = variables.FirstOrDefault(variable => !string.IsNullOrWhiteSpace(environment(variable)));
        bool isMissing = found is null && (settings.KeyVariable is not null || (provider.RequiresKey && endpoint is null));
        return new(provider)
        {
            Model = settings.Model,
            Endpoint = endpoint,
            Scale = settings.Scale,
            Key = found is null ? null : environment(found)!.Trim(),
            KeyVariable = found ?? (isMissing ? variables[0] : null),
            MissingKey = isMissing ? string.Join(" or ", variables) : null,
            Name = settings.Name,
        };
    }

    /// <summary>Creates the reranker. Nothing is sent yet.</summary>
    /// <exception cref="UsageException">There is no key.</exception>
    public IReranker Open() => MissingKey is null ? Provider.Open(this) : throw new UsageException(
        $"{Name} needs an API key, and there is none: set the environment variable {MissingKey}.");

    public HttpRerankerOptions ToOptions()
    {
        var options = new HttpRerankerOptions { ApiKey = Key, Endpoint = Endpoint, ModelId = Model, ScoreScale = Scale };
        return OnlyAttempt is not { } timeout ? options : new()
        {
            ApiKey = Key,
            Endpoint = Endpoint,
            ModelId = Model,
            ScoreScale = Scale,
            MaxRetries = 0,
            AttemptTimeout = timeout,
            RequestTimeout = timeout,
        };
    }

    // Records print their properties.
    public override string ToString() => $"{Provider.Name} at {Endpoint?.GetLeftPart(UriPartial.Path) ?? "its own address"}";

    private static Uri? EndpointOf(RemoteProvider provider, RerankerSettings settings, Func<string, string?> environment)
    {
        string? variable = provider.EndpointVariables.FirstOrDefault(name => !string.IsNullOrWhiteSpace(environment(name)));
        string? address = settings.Endpoint ?? (variable is null ? null : environment(variable)!.Trim());
        if (address is null)
        {
            return null;
        }

        string source = settings.Endpoint is null ? variable! : $"the endpoint of {settings.Name}";
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new UsageException($"{source} is '{address}'; an address such as http://localhost:8080 was expected.");
        }

        // Addresses are shown in errors, so a password in one would be too.
        return uri.UserInfo is "" ? uri : throw new UsageException(
            $"{source} has a name or password in its address; put the key into an environment variable instead.");
    }
}
