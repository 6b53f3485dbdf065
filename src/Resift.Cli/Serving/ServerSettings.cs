namespace Resift.Cli;

/// <summary>What a configuration file says about the server; null where it says nothing.</summary>
internal sealed record ServerSettings
{
    public string? Host { get; init; }

    public int? Port { get; init; }

    public bool? Anonymous { get; init; }

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
        KeyHashes = json.KeyHashes ?? [],
        Aliases = json.Aliases ?? [],
    };
}
