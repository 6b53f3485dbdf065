namespace Resift.Cli;

/// <summary>One model that a server offers, as the command line or a configuration file names it.</summary>
/// <param name="Name">The name that clients ask for.</param>
/// <param name="Source">What it is: what <c>--with-reranker</c> takes, or the model of an embedder.</param>
internal sealed record ServedModel(string Name, string Source)
{
    public bool IsEmbedder { get; init; }

    /// <summary>Gets a value indicating whether it is loaded before the server is ready, which the first of each kind always is.</summary>
    public bool IsWarm { get; init; }

    /// <summary>Gets the names of the rerankers that answer in its place when it fails, in turn.</summary>
    public IReadOnlyList<string> Fallback { get; init; } = [];

    /// <summary>Gets how long scores are kept in memory; null for not at all.</summary>
    public TimeSpan? CacheTime { get; init; }

    /// <summary>Gets how much its calls of an hour may cost, in US dollars; null for any sum.</summary>
    public decimal? MaxCostPerHour { get; init; }

    /// <summary>Reads <c>NAME=MODEL</c>, or a model that has its own name.</summary>
    public static ServedModel Parse(string text, bool isEmbedder)
    {
        int split = text.IndexOf('=', StringComparison.Ordinal);
        var (name, source) = split < 0 ? (ShortName(text), text) : (text[..split], text[(split + 1)..]);
        return name.Length > 0 && source.Length > 0
            ? new(name, source) { IsEmbedder = isEmbedder }
            : throw new UsageException(
                $"{(isEmbedder ? "--with-embedder" : "--with-reranker")} expects MODEL or NAME=MODEL, but got '{text}'.");
    }

    /// <summary>Checks one model of a configuration file.</summary>
    /// <exception cref="InvalidDataException">Something in it means nothing here.</exception>
    public static ServedModel Check(string file, ServedModelJson? json)
    {
        string where = $"{file}: a model in \"models\" of \"server\"";
        if (json is null || (json.Reranker is null) == (json.Embedder is null))
        {
            throw new InvalidDataException($"{where} has to have either \"reranker\" or \"embedder\".");
        }

        string source = InFolderOf(file, (json.Reranker ?? json.Embedder)!);
        string name = json.Name ?? ShortName(source);
        if (source.Length == 0 || name.Length == 0)
        {
            throw new InvalidDataException($"{where} has an empty name; leave \"name\" out for the model's own.");
        }

        if (json.Embedder is not null && (json.Fallback ?? (object?)json.CacheMinutes ?? json.MaxCostPerHour) is not null)
        {
            throw new InvalidDataException(
                $"{where}, '{name}', is an embedder, but \"fallback\", \"cacheMinutes\" and \"maxCostPerHour\" are about rerankers.");
        }

        if (json.CacheMinutes <= 0 || json.MaxCostPerHour <= 0)
        {
            throw new InvalidDataException($"{where}, '{name}': \"cacheMinutes\" and \"maxCostPerHour\" must be above 0.");
        }

        return new(name, source)
        {
            IsEmbedder = json.Embedder is not null,
            IsWarm = json.Warm is true,
            Fallback = json.Fallback ?? [],
            CacheTime = json.CacheMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
            MaxCostPerHour = json.MaxCostPerHour,
        };
    }

    /// <summary>Gets the name of a model by itself: the last part of a path or of a repository's name.</summary>
    public static string ShortName(string nameOrFolder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(nameOrFolder));

    private static string InFolderOf(string file, string source)
    {
        string folder = Path.GetFullPath(source, Path.GetDirectoryName(Path.GetFullPath(file))!);
        return Directory.Exists(folder) ? folder : source;
    }
}
