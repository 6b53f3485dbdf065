namespace Resift.Cli;

/// <summary>Who reranks: what command line, environment and configuration file say together, looked up once.</summary>
/// <param name="settings">The reranker.</param>
/// <param name="defaultModel">The bundled model that reads if none is named.</param>
/// <param name="models">Opens models of this machine.</param>
/// <param name="environment">Gives the value of an environment variable.</param>
internal sealed class RerankerChoice(
    RerankerSettings settings, string defaultModel, LocalModels models, Func<string, string?> environment)
{
    public RerankerSettings Settings => settings;

    /// <summary>Gets how long a call may take; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets what opens models of this machine.</summary>
    public LocalModels Models => models;

    /// <summary>Gets a value indicating whether a provider reranks, and no model on this machine.</summary>
    public bool IsRemote => settings.Provider != RemoteProvider.Local;

    /// <summary>Gets a value indicating whether nobody said who reranks, so that each tier takes the bundled model that fits it.</summary>
    public bool IsOpen => settings is { Provider: RemoteProvider.Local, Model: null };

    /// <summary>Gets a short name for the reranker, of its model if that is known.</summary>
    public string Name => settings.Model ?? (IsRemote ? settings.Name : defaultModel);

    /// <summary>Gets how the provider is reached; null for a model on this machine.</summary>
    /// <exception cref="UsageException">Its address is none, or no model is named where there has to be one.</exception>
    public ProviderConnection? FindConnection() =>
        RemoteProvider.Find(settings.Provider) is { } provider ? ProviderConnection.Find(provider, settings, environment) : null;

    /// <summary>Opens the reranker.</summary>
    /// <param name="threshold">What is to be done with its scores, which is refused here if it cannot be, before anything is paid.</param>
    public IReranker Open(ScoreThreshold threshold = default)
    {
        if (FindConnection() is not { } connection)
        {
            return WithTimeout(models.OpenReranker(Name));
        }

        var reranker = connection.Open();
        try
        {
            threshold.ThrowUnlessApplicable(settings.Name, reranker.GetService<RerankerMetadata>()!.ScoreScale);
            return WithTimeout(reranker);
        }
        catch
        {
            reranker.Dispose();
            throw;
        }
    }

    /// <summary>Opens the small bundled model.</summary>
    public IReranker OpenLight() => WithTimeout(models.OpenReranker(ModelFolder.Reranker));

    private IReranker WithTimeout(IReranker reranker) => Timeout is { } timeout ? new DeadlineReranker(reranker, timeout) : reranker;
}
