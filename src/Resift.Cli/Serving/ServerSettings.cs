using Resift.AspNetCore;

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

    public IReadOnlyList<ResiftServerKey> Keys { get; init; } = [];

    public CertificateSettings? Certificate { get; init; }

    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    public IReadOnlyList<ServedModel> Models { get; init; } = [];

    public int? MemoryBudgetMiB { get; init; }

    public int? MaxBodyMiB { get; init; }

    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Finds the file that has the settings: the one that is named, or else the home folder's. One that was only found in a folder may be
    /// anybody's, and must not say who gets in.
    /// </summary>
    /// <param name="console">Gives environment and folder.</param>
    /// <param name="named">The file that the command line names; null if it names none.</param>
    /// <returns>The file; null if there is none.</returns>
    public static string? FindFile(CliConsole console, string? named) =>
        named ?? console.Variable(ConfigurationFile.Variable) ?? ConfigurationFile.InHome(console);

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
        Keys = [.. (json.Keys ?? []).Select(key => KeyOf(file, key))],
        Certificate = json.Tls is null ? null : CertificateOf(file, json.Tls),
        CorsOrigins = json.CorsOrigins ?? [],
        Models = [.. (json.Models ?? []).Select(model => ServedModel.Check(file, model))],
        MemoryBudgetMiB = json.MemoryBudgetMiB is null or > 0
            ? json.MemoryBudgetMiB
            : throw new InvalidDataException(
                $"{file}: \"memoryBudgetMiB\" in \"server\" is {json.MemoryBudgetMiB}; at least 1 was expected."),
        MaxBodyMiB = json.MaxBodyMiB is null or (> 0 and <= ServeCommand.LargestBodyMiB)
            ? json.MaxBodyMiB
            : throw new InvalidDataException(
                $"{file}: \"maxBodyMiB\" in \"server\" is {json.MaxBodyMiB}; 1 to {ServeCommand.LargestBodyMiB} was expected."),
        Aliases = json.Aliases ?? [],
    };

    private static ResiftServerKey KeyOf(string file, ServerKeyJson? json)
    {
        if (json is not { Name: { } name, Hash: { } hash })
        {
            throw new InvalidDataException($"{file}: a key in \"keys\" of \"server\" has no \"name\" or no \"hash\".");
        }

        try
        {
            return new()
            {
                Name = name,
                Hash = hash,
                RequestsPerMinute = json.RequestsPerMinute,
                TokensPerMinute = json.TokensPerMinute,
                MaxRequestsUnderWay = json.MaxRequestsUnderWay,
                Models = json.Models,
            };
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new InvalidDataException($"{file}: the key '{name}' of \"server\": {exception.Message.Split(" (Parameter")[0]}");
        }
    }

    // Paths are relative to the file.
    private static CertificateSettings CertificateOf(string file, CertificateJson json)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        return json.Certificate is { } certificate
            ? new(Path.GetFullPath(certificate, folder), json.Key is null ? null : Path.GetFullPath(json.Key, folder))
            : throw new InvalidDataException($"{file}: \"tls\" in \"server\" has no \"certificate\"; the path of one was expected.");
    }

    private static LogFormat LogOf(string file, string name) => name switch
    {
        "text" => LogFormat.Text,
        "json" => LogFormat.Json,
        _ => throw new InvalidDataException($"{file}: \"log\" in \"server\" is '{name}'; text or json was expected."),
    };
}
