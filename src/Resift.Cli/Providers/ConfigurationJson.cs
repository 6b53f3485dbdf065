using System.Text.Json;
using System.Text.Json.Serialization;

namespace Resift.Cli;

/// <summary>What a <c>resift.json</c> holds.</summary>
internal sealed record ConfigurationJson
{
    public Dictionary<string, NamedRerankerJson>? Rerankers { get; init; }

    public DefaultsJson? Defaults { get; init; }

    public ServerJson? Server { get; init; }
}

/// <summary>What the server does where the command line says nothing.</summary>
internal sealed record ServerJson
{
    public string? Host { get; init; }

    public int? Port { get; init; }

    public bool? Anonymous { get; init; }

    public string? Log { get; init; }

    public bool? OpenMetrics { get; init; }

    public string[]? KeyHashes { get; init; }

    public ServerKeyJson[]? Keys { get; init; }

    public CertificateJson? Tls { get; init; }

    public string[]? CorsOrigins { get; init; }

    public ServedModelJson[]? Models { get; init; }

    public int? MemoryBudgetMiB { get; init; }

    public int? MaxBodyMiB { get; init; }

    public Dictionary<string, string>? Aliases { get; init; }
}

/// <summary>A model that the server offers.</summary>
internal sealed record ServedModelJson
{
    public string? Name { get; init; }

    public string? Reranker { get; init; }

    public string? Embedder { get; init; }

    public bool? Warm { get; init; }

    public string[]? Fallback { get; init; }

    public double? CacheMinutes { get; init; }

    public decimal? MaxCostPerHour { get; init; }
}

/// <summary>A key of the server.</summary>
internal sealed record ServerKeyJson
{
    public string? Name { get; init; }

    public string? Hash { get; init; }

    public int? RequestsPerMinute { get; init; }

    public int? TokensPerMinute { get; init; }

    public int? MaxRequestsUnderWay { get; init; }

    public string[]? Models { get; init; }
}

/// <summary>Where the server's certificate is.</summary>
internal sealed record CertificateJson
{
    public string? Certificate { get; init; }

    public string? Key { get; init; }
}

/// <summary>What holds where the command line says nothing.</summary>
internal sealed record DefaultsJson
{
    public string? Db { get; init; }

    public string? Tier { get; init; }

    public int? TopN { get; init; }

    public string? Profile { get; init; }

    public bool? Color { get; init; }
}

/// <summary>One named reranker of the file.</summary>
internal sealed record NamedRerankerJson
{
    public string? Provider { get; init; }

    public string? Model { get; init; }

    public string? Endpoint { get; init; }

    public string? ApiKeyVariable { get; init; }

    public bool? EndpointIsFinal { get; init; }

    public int? DocumentsPerRequest { get; init; }

    public bool? Pointwise { get; init; }

    public Dictionary<string, string>? HeaderVariables { get; init; }

    public string[]? TokenCommand { get; init; }

    public string? Scale { get; init; }

    public JsonElement? Temperature { get; init; }

    public bool? StructuredOutput { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(ConfigurationJson))]
internal sealed partial class ConfigurationJsonContext : JsonSerializerContext;
