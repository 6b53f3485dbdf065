using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>What holds where the command line says nothing, as configuration files say it; null where they say nothing either.</summary>
internal sealed record Defaults
{
    /// <summary>Gets the path of the index file.</summary>
    public string? Db { get; init; }

    public SearchTier? Tier { get; init; }

    public int? TopN { get; init; }

    /// <summary>Gets the path of the profile that searches go by.</summary>
    public string? Profile { get; init; }

    /// <summary>Gets a value indicating whether a terminal gets colours.</summary>
    public bool? Color { get; init; }

    /// <summary>Gets a value indicating whether nothing is said.</summary>
    public bool IsEmpty => this == new Defaults();

    /// <summary>
    /// Finds the defaults: of the file that is named, or else of the nearest file above the folder and of the home folder's.
    /// </summary>
    /// <param name="console">Gives environment and folder, and hears what is not followed.</param>
    /// <param name="named">The file that the command line names; null if it names none.</param>
    /// <exception cref="InvalidDataException">A file that somebody named, or of the home folder, is wrong.</exception>
    public static Defaults Find(CliConsole console, string? named)
    {
        if ((named ?? console.Variable(ConfigurationFile.Variable)) is { } trusted)
        {
            // Whoever looks for a reranker in a file that is not there says so; nobody else needs it.
            return File.Exists(trusted) ? ConfigurationFile.Read(trusted).Defaults : new();
        }

        string? home = ConfigurationFile.InHome(console);
        string? found = ConfigurationFile.Find(console.Folder);
        var own = home is null ? new() : ConfigurationFile.Read(home).Defaults;
        return found is null || found == home ? own : OfAnybody(console, found).Over(own);
    }

    /// <summary>Checks the defaults of a file.</summary>
    /// <exception cref="InvalidDataException">Something in them means nothing here.</exception>
    public static Defaults Check(string file, DefaultsJson json) => json.TopN < 1
        ? throw new InvalidDataException($"{file}: \"topN\" in \"defaults\" is {json.TopN}; at least 1 was expected.")
        : new()
        {
            Db = Beside(file, json.Db),
            Tier = json.Tier is null ? null : TierOf(file, json.Tier),
            TopN = json.TopN,
            Profile = Beside(file, json.Profile),
            Color = json.Color,
        };

    private static string? Beside(string file, string? path) =>
        path is null ? null : Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(file))!);

    private static SearchTier TierOf(string file, string name)
    {
        foreach (var tier in (SearchTier[])[SearchTier.FirstStageOnly, SearchTier.Light, SearchTier.Full])
        {
            if (tier.Name() == name)
            {
                return tier;
            }
        }

        throw new InvalidDataException($"{file}: \"tier\" in \"defaults\" is '{name}'; embedding, light or full was expected.");
    }

    // Whoever put the file there must not decide what is searched and written to, nor that nothing works here.
    private static Defaults OfAnybody(CliConsole console, string found)
    {
        try
        {
            var defaults = ConfigurationFile.Read(found).Defaults;
            foreach (var (name, _) in new[] { ("db", defaults.Db), ("profile", defaults.Profile) }.Where(said => said.Item2 is not null))
            {
                console.Note($"\"{name}\" of {found} is not followed, since the file was only found; name the file by --config or " +
                    $"{ConfigurationFile.Variable} to trust it");
            }

            return defaults with { Db = null, Profile = null };
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            console.Note($"{found} is not followed: {exception.Message}");
            return new();
        }
    }

    private Defaults Over(Defaults other) => new()
    {
        Db = Db ?? other.Db,
        Tier = Tier ?? other.Tier,
        TopN = TopN ?? other.TopN,
        Profile = Profile ?? other.Profile,
        Color = Color ?? other.Color,
    };
}
