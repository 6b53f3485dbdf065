using System.Globalization;
using System.Text.Json;

namespace Resift.Cli;

/// <summary>
/// The file that gives rerankers names and options defaults. Keys are never in it, only the names of the variables that hold them.
/// </summary>
internal static class ConfigurationFile
{
    public const string FileName = "resift.json";

    /// <summary>The environment variable that names the file.</summary>
    public const string Variable = "RESIFT_CONFIG";

    // No file of settings is longer; anything else was named by mistake.
    private const int MaxBytes = 1024 * 1024;

    private static readonly string[] _secrets = ["apiKey", "api_key", "key", "token", "secret", "password", "authorization", "headers"];

    /// <summary>Looks for the file in a folder and in those above it.</summary>
    /// <returns>The nearest; null if there is none.</returns>
    public static string? Find(string folder)
    {
        for (var directory = new DirectoryInfo(folder); directory is not null; directory = directory.Parent)
        {
            string path = Path.Combine(directory.FullName, FileName);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>Gets the file in the user's home folder; null if there is none.</summary>
    public static string? InHome(CliConsole console)
    {
        string? home = console.Variable("HOME") ?? console.Variable("USERPROFILE");
        string? path = home is null ? null : Path.Combine(Path.GetFullPath(home), FileName);
        return File.Exists(path) ? path : null;
    }

    /// <summary>Reads the file.</summary>
    /// <returns>Its rerankers by their names, and its defaults.</returns>
    /// <exception cref="InvalidDataException">It is no JSON, or says something that means nothing here.</exception>
    public static Configuration Read(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > MaxBytes })
        {
            throw new InvalidDataException($"{path} is longer than 1 MiB; a file that names rerankers was expected.");
        }

        ConfigurationJson? json;
        try
        {
            json = JsonSerializer.Deserialize(File.ReadAllBytes(path), ConfigurationJsonContext.Default.ConfigurationJson);
        }
        catch (JsonException error)
        {
            throw Invalid(path, error);
        }

        if (json is null or { Rerankers: null, Defaults: null, Server: null })
        {
            throw new InvalidDataException(
                $"{path} has no \"rerankers\", no \"defaults\" and no \"server\"; an object with one of them, or several, was expected.");
        }

        return new(
            (json.Rerankers ?? []).ToDictionary(item => item.Key, item => NamedReranker.Check(path, item.Key, item.Value)),
            json.Defaults is { } defaults ? Defaults.Check(path, defaults) : new(),
            json.Server is { } server ? ServerSettings.Check(path, server) : new());
    }

    private static InvalidDataException Invalid(string path, JsonException error)
    {
        string place = string.Create(CultureInfo.InvariantCulture, $"{path}, line {error.LineNumber + 1}");
        string property = error.Path?[(error.Path.LastIndexOf('.') + 1)..] ?? "";
        if (_secrets.Contains(property, StringComparer.OrdinalIgnoreCase))
        {
            return new($"{place}: \"{property}\" is refused, since a key in a file gets copied along with it. Put the key into an " +
                "environment variable and name that: \"apiKeyVariable\": \"MY_KEY\", or \"headerVariables\" for headers.");
        }

        if (error.Message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
        {
            return new($"{place}: \"{property}\" is no property that is known here. \"rerankers\" names rerankers, and each has " +
                "\"provider\", \"model\", \"endpoint\", \"apiKeyVariable\", \"tokenCommand\", \"headerVariables\", " +
                "\"endpointIsFinal\", \"documentsPerRequest\", \"pointwise\", \"scale\", \"temperature\" and \"structuredOutput\"; " +
                "\"defaults\" has \"db\", \"tier\", \"topN\", \"profile\" and \"color\"; \"server\" has " +
                "\"host\", \"port\", \"anonymous\", \"log\", \"openMetrics\", \"keyHashes\", \"keys\" (each with \"name\", \"hash\", " +
                "\"requestsPerMinute\", \"tokensPerMinute\", \"maxRequestsUnderWay\", \"models\"), \"tls\" (\"certificate\", \"key\"), " +
                "\"corsOrigins\", \"models\" (each with \"name\", \"reranker\" or \"embedder\", \"warm\", \"fallback\", " +
                "\"cacheMinutes\", \"maxCostPerHour\"), \"memoryBudgetMiB\", \"maxBodyMiB\" and \"aliases\".");
        }

        // What follows is about .NET and the place, which is said already.
        string reason = error.Message.Split(" Path: ")[0].Split(" LineNumber: ")[0].TrimEnd('.');
        return new($"{place}: this is not what was expected, at {error.Path ?? "$"}: {reason}.");
    }
}

/// <summary>What a configuration file says.</summary>
/// <param name="Rerankers">Its rerankers by their names.</param>
/// <param name="Defaults">What holds where the command line says nothing.</param>
/// <param name="Server">What <c>serve</c> does where the command line says nothing.</param>
internal sealed record Configuration(
    IReadOnlyDictionary<string, RerankerSettings> Rerankers, Defaults Defaults, ServerSettings Server);
