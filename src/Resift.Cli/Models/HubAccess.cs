namespace Resift.Cli;

/// <summary>Opens the hub and its cache as the environment says.</summary>
internal static class HubAccess
{
    public static ModelHub Open(Func<string, string?> variable) => new(Options(variable));

    /// <exception cref="UsageException">A variable means nothing.</exception>
    public static ModelHubOptions Options(Func<string, string?> variable)
    {
        try
        {
            return ModelHubOptions.FromEnvironment(variable);
        }
        catch (FormatException exception)
        {
            throw new UsageException(exception.Message);
        }
    }

    /// <summary>Gets the model that a name of the hub or the short name of the catalogue means; null if it can be neither.</summary>
    public static HubModelId? IdOf(string name)
    {
        int at = name.IndexOf('@', StringComparison.Ordinal);
        string bare = at < 0 ? name : name[..at];
        string revision = at < 0 ? "" : name[at..];
        return HubModelId.TryParse(Catalogue.Find(bare) is { } entry ? entry.Repository + revision : name);
    }

    /// <exception cref="UsageException">The text is no name of a model.</exception>
    public static HubModelId Parse(string name) => IdOf(name) ?? throw new UsageException(
        $"'{name}' is no name of a model on the hub: ORG/NAME or ORG/NAME@REVISION was expected, or the short name of one that " +
        "'resift models' lists.");

    /// <summary>Finds a model in the cache.</summary>
    /// <exception cref="DirectoryNotFoundException">It is not there.</exception>
    public static CachedModel Find(ModelHub hub, string name)
    {
        var id = Parse(name);
        return hub.Find(id) ?? throw new DirectoryNotFoundException(
            $"{id} is not in the cache, {hub.CacheFolder}; 'resift models list' shows what is.");
    }
}
