namespace Resift.Cli;

/// <summary>A reranker as somebody named it, on the command line or in a configuration file.</summary>
/// <param name="Name">What it is called: a provider's name, or one from the file.</param>
/// <param name="Provider">The provider, or <see cref="RemoteProvider.Local"/>.</param>
internal sealed record RerankerSettings(string Name, string Provider)
{
    public string? Model { get; init; }

    public string? Endpoint { get; init; }

    /// <summary>Gets the environment variable that holds the key; null for those of the provider.</summary>
    public string? KeyVariable { get; init; }

    /// <summary>Gets a value indicating whether requests go to the endpoint as it is.</summary>
    public bool IsEndpointFinal { get; init; }

    /// <summary>Gets how many documents one request has at most; null for the provider's limit.</summary>
    public int? DocumentsPerRequest { get; init; }

    /// <summary>Gets whether each document is scored on its own, where somebody knows better than the provider.</summary>
    public bool? IsPointwise { get; init; }

    /// <summary>Gets the environment variables that hold the values of more headers, by the headers' names.</summary>
    public IReadOnlyDictionary<string, string> HeaderVariables { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the program that writes a token, and its arguments; null for a key.</summary>
    public IReadOnlyList<string>? TokenCommand { get; init; }

    /// <summary>
    /// Gets a value indicating whether this says where documents go, what goes with them, or what runs: whoever wrote it has to be trusted.
    /// </summary>
    public bool NeedsTrust => Endpoint is not null || KeyVariable is not null || TokenCommand is not null || HeaderVariables.Count > 0;

    /// <summary>Gets what the scores mean, where somebody knows better than the provider.</summary>
    public ScoreScale? Scale { get; init; }

    /// <summary>Gets the temperature of a language model; null for the usual one.</summary>
    public ChatTemperature? Temperature { get; init; }

    /// <summary>Gets whether a language model is sent a schema of the answer; null for the usual choice.</summary>
    public bool? StructuredOutput { get; init; }

    /// <summary>Gets a value indicating whether it is a language model.</summary>
    public bool IsLanguageModel => Provider == RemoteProvider.LanguageModel;

    /// <summary>Gets the file that it comes from; null for the command line.</summary>
    public string? File { get; init; }
}
