using System.Text.Json;
using System.Text.Json.Serialization;

namespace Resift.Retrieval;

/// <summary>A profile as it stands in JSON: <c>{"version": 1, "retriever": "hybrid", "tier": "light", "depth": 16, …}</c>.</summary>
internal sealed record SearchProfileFile
{
    private const int CurrentVersion = 1;

    private static readonly (string Name, RetrieverKind Value)[] _retrievers =
        [("hybrid", RetrieverKind.Hybrid), ("lexical", RetrieverKind.Lexical), ("dense", RetrieverKind.Dense)];

    private static readonly (string Name, SearchTier Value)[] _tiers =
        [("embedding", SearchTier.FirstStageOnly), ("light", SearchTier.Light), ("full", SearchTier.Full)];

    private static readonly (string Name, FusionMethod Value)[] _methods =
        [("reciprocal-rank", FusionMethod.ReciprocalRank), ("sum", FusionMethod.Sum)];

    private static readonly (string Name, ScoreNormalization Value)[] _normalizations =
        [("none", ScoreNormalization.None), ("min-max", ScoreNormalization.MinMax), ("z-score", ScoreNormalization.ZScore)];

    private static readonly (string Name, ScoreScale Value)[] _scales =
        [("probability", ScoreScale.Probability), ("logit", ScoreScale.Logit), ("cosine", ScoreScale.Cosine)];

    public int? Version { get; init; }

    public string? Retriever { get; init; }

    public FusionFile? Fusion { get; init; }

    public int? Candidates { get; init; }

    public string? Tier { get; init; }

    public int? Depth { get; init; }

    public double? FirstStageWeight { get; init; }

    public double? MinScore { get; init; }

    public string? MinScoreScale { get; init; }

    public ProfileModel? Embedder { get; init; }

    public ProfileModel? Reranker { get; init; }

    public ProfileFit? Fit { get; init; }

    public static string Write(SearchProfile profile)
    {
        var fusion = profile.Fusion;
        var file = new SearchProfileFile
        {
            Version = CurrentVersion,
            Retriever = profile.Retriever is { } kind ? NameOf(_retrievers, kind) : null,
            Fusion = profile.Retriever is null or RetrieverKind.Hybrid
                ? new()
                {
                    Method = NameOf(_methods, fusion.Method),
                    Normalization = NameOf(_normalizations, fusion.Normalization),
                    K = fusion.Method == FusionMethod.ReciprocalRank ? fusion.K : null,
                    Weights = fusion.Weights?.ToArray(),
                }
                : null,
            Candidates = profile.Candidates,
            Tier = NameOf(_tiers, profile.Tier),
            Depth = profile.Depth,
            FirstStageWeight = profile.FirstStageWeight,
            MinScore = profile.MinScore,
            MinScoreScale = profile.MinScore is null ? null : NameOf(_scales, profile.MinScoreScale),
            Embedder = profile.Embedder,
            Reranker = profile.Reranker,
            Fit = profile.Fit,
        };
        return JsonSerializer.Serialize(file, SearchProfileJsonContext.Default.SearchProfileFile);
    }

    public static SearchProfile Read(string json)
    {
        try
        {
            // Before anything else: what another version has beside is no mistake.
            int? version = JsonSerializer.Deserialize(json, ProfileVersionJsonContext.Default.ProfileVersion)?.Version;
            if (version != CurrentVersion)
            {
                throw new InvalidDataException(version is null
                    ? $"It has no \"version\"; {CurrentVersion} was expected. Is it a profile that resift tune wrote?"
                    : $"Its version is {version}, and this release reads {CurrentVersion}. Fit it again, or update Resift.");
            }

            return JsonSerializer.Deserialize(json, SearchProfileJsonContext.Default.SearchProfileFile)!.ToProfile();
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"It is not the JSON of a profile: {error.Message}", error);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"Its numbers are not those of a profile: {error.Message.Split(" (Parameter")[0]}", error);
        }
    }

    private SearchProfile ToProfile()
    {
        var usual = new SearchProfile();
        var tier = Tier is null ? throw new InvalidDataException("It has no \"tier\".") : ValueOf(_tiers, Tier, "tier");
        return MinScore is null && MinScoreScale is not null
            ? throw new InvalidDataException("It has a \"minScoreScale\" and no \"minScore\" that could be on it.")
            : new()
            {
                Retriever = Retriever is null ? null : ValueOf(_retrievers, Retriever, "retriever"),
                Fusion = Fusion?.ToOptions() ?? usual.Fusion,
                Candidates = Candidates ?? usual.Candidates,
                Tier = tier,
                Depth = Depth,
                FirstStageWeight = FirstStageWeight ?? usual.FirstStageWeight,
                MinScore = MinScore,
                MinScoreScale = MinScoreScale is null ? usual.MinScoreScale : ValueOf(_scales, MinScoreScale, "minScoreScale"),
                Embedder = Embedder,
                Reranker = Reranker,
                Fit = Fit,
            };
    }

    private static string NameOf<T>((string Name, T Value)[] names, T value)
        where T : struct, Enum => Array.Find(names, known => EqualityComparer<T>.Default.Equals(known.Value, value)).Name
            ?? throw new NotSupportedException($"{value} cannot be written into a profile.");

    private static T ValueOf<T>((string Name, T Value)[] names, string name, string field)
        where T : struct, Enum => Array.FindIndex(names, known => known.Name == name) is >= 0 and var index
            ? names[index].Value
            : throw new InvalidDataException(
                $"Its \"{field}\" is '{name}'; one of {string.Join(", ", names.Select(known => known.Name))} was expected.");

    /// <summary>A fusion as it stands in JSON.</summary>
    internal sealed record FusionFile
    {
        public string? Method { get; init; }

        public string? Normalization { get; init; }

        public double? K { get; init; }

        public double[]? Weights { get; init; }

        public FusionOptions ToOptions()
        {
            var options = new FusionOptions
            {
                Method = Method is null
                    ? throw new InvalidDataException("Its \"fusion\" has no \"method\".")
                    : ValueOf(_methods, Method, "method"),
                Normalization = Normalization is null ? ScoreNormalization.None : ValueOf(_normalizations, Normalization, "normalization"),
                Weights = Weights,
            };
            options.K = K ?? options.K;
            return options;
        }
    }
}

/// <summary>The one field of a profile that is the same in every version.</summary>
internal sealed record ProfileVersion(int? Version);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProfileVersion))]
internal sealed partial class ProfileVersionJsonContext : JsonSerializerContext;

/// <summary>Reads and writes profiles without reflection. An unknown field is an error: it may be a setting that is misspelled.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    WriteIndented = true)]
[JsonSerializable(typeof(SearchProfileFile))]
internal sealed partial class SearchProfileJsonContext : JsonSerializerContext;
