using System.Text.Json;
using System.Text.Json.Serialization;

namespace Resift.Cli;

/// <summary>What a shard's file holds, and where its records stood in the input: a JSON file beside it.</summary>
internal sealed record ShardManifest
{
    public const string CurrentFormat = "resift-shard-1";

    public required string Format { get; init; }

    /// <summary>Gets which shard it is, of how many.</summary>
    public required string Shard { get; init; }

    /// <summary>Gets the model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Gets what tells results of other models and options from these.</summary>
    public required string Settings { get; init; }

    /// <summary>Gets the whole input, which is the same for all shards.</summary>
    public required ShardInput Input { get; init; }

    public required ShardOutput Output { get; init; }

    /// <summary>Gets where each record of this shard stands in the input, counted from 0, in rising order.</summary>
    public required IReadOnlyList<int> Positions { get; init; }

    /// <summary>Gets how many lines each record has; null where each has one.</summary>
    public IReadOnlyList<int>? Lines { get; init; }

    /// <summary>Gets the name of the manifest of a file.</summary>
    public static string NameFor(string file) => $"{file}.manifest.json";

    public string ToJson() => JsonSerializer.Serialize(this, ShardManifestContext.Default.ShardManifest);

    /// <summary>Reads the manifest of a file.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">It is none, or contradicts itself.</exception>
    public static async Task<ShardManifest> ReadAsync(string file, CancellationToken cancellationToken)
    {
        string path = NameFor(file);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"There is no {path}: {file} was made without --shard, or its shard is not done. Run that shard once more.");
        }

        ShardManifest? manifest;
        try
        {
            await using var stream = File.OpenRead(path);
            manifest = await JsonSerializer.DeserializeAsync(stream, ShardManifestContext.Default.ShardManifest, cancellationToken);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path} is no manifest of a shard: {exception.Message}", exception);
        }

        return manifest is not null && manifest.IsConsistent
            ? manifest
            : throw new InvalidDataException(
                $"{path} is no manifest of a shard that this version can read ('{CurrentFormat}' was expected), or contradicts itself.");
    }

    [JsonIgnore]
    public Shard Part => Cli.Shard.Parse(Shard)!.Value;

    private bool IsConsistent => Format == CurrentFormat
        && Cli.Shard.Parse(Shard) is not null
        && Positions.Count == Output.Records
        && (Lines?.Count ?? Output.Records) == Output.Records
        && (Lines?.Sum(lines => (long)lines) ?? Output.Records) == Output.Lines
        && Positions.Zip(Positions.Skip(1)).All(pair => pair.First < pair.Second)
        && (Positions.Count == 0 || (Positions[0] >= 0 && Positions[^1] < Input.Records));
}

/// <summary>The whole input of a batch.</summary>
/// <param name="Records">How many records it has.</param>
/// <param name="Sha256">The hash of what they say.</param>
internal sealed record ShardInput(int Records, string Sha256);

/// <summary>The file of a shard.</summary>
/// <param name="Records">How many records are in it.</param>
/// <param name="Lines">How many lines.</param>
/// <param name="Bytes">How many bytes.</param>
/// <param name="Sha256">Their hash.</param>
internal sealed record ShardOutput(int Records, long Lines, long Bytes, string Sha256)
{
    /// <summary>Gets how many records were left out, since other files lack their ids.</summary>
    public int Skipped { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ShardManifest))]
internal sealed partial class ShardManifestContext : JsonSerializerContext;
