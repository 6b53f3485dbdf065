namespace Resift.Cli;

/// <summary>What a server writes to standard error.</summary>
internal enum LogFormat
{
    /// <summary>What goes wrong, in words.</summary>
    Text,

    /// <summary>That and every request, as JSON.</summary>
    Json,
}

/// <summary>What a configuration file says about the server; null where it says nothing.</summary>
internal sealed record ServerSettings
{
    public string? Host { get; init; }

    public int? Port { get; init; }

    public bool? Anonymous { get; init; }

    public LogFormat? Log { get; init; }

    public bool? OpenMetrics { get; init; }

    public IReadOnlyList<string> KeyHashes { get; init; } = [];

    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Finds the settings: of the file that is named, or else of the home folder's. One that was only found in a folder may be anybody's,
    /// and must not say who gets in.
    /// </summary>
    /// <param name="console">Gives environment and folder.</param>
    /// <param name="named">The file that the command line names; null if it names none.</param>
    /// <exception cref="InvalidDataException">The file is wrong.</exception>
    public static ServerSettings Find(CliConsole console, string? named) =>
        (named ?? console.Variable(ConfigurationFile.Variable) ?? ConfigurationFile.InHome(console)) is { } file
            ? ConfigurationFile.Read(file).Server
            : new();

    /// <summary>Checks the settings of a file.</summary>
    /// <exception cref="InvalidDataException">Something in them means nothing here.</exception>
    public static ServerSettings Check(string file, ServerJson json) => new()
    {
        Host = json.Host,
        Port = json.Port is null or (>= 0 and <= ServeCommand.LargestPort)
            ? json.Port
            : throw new InvalidDataException(
                $"{file}: \"port\" in \"server\" is {json.Port}; 0 to {ServeCommand.LargestPort} was expected."),
        Anonymous = json.Anonymous,
        Log = json.Log is null ? null : LogOf(file, json.Log),
        OpenMetrics = json.OpenMetrics,
        KeyHashes = json.KeyHashes ?? [],
        Aliases = json.Aliases ?? [],
    };

    private static LogFormat LogOf(string file, string name) => name switch
    {
        "text" => LogFormat.Text,
        "json" => LogFormat.Json,
        _ => throw new InvalidDataException($"{file}: \"log\" in \"server\" is '{name}'; text or json was expected."),
    };
}
