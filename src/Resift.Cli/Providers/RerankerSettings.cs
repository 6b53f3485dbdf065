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
