using System.Text.Json;
using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>What a sentence-transformers folder says happens to the vectors of the tokens.</summary>
internal sealed record PoolingConfig
{
    private const string IncludePromptField = "include_prompt";

    public required Pooling Mode { get; init; }

    /// <summary>Gets a value indicating whether the vector is scaled to unit length.</summary>
    public required bool Normalize { get; init; }

    /// <summary>Gets a value indicating whether the tokens of a prompt count in the mean.</summary>
    public bool IncludePrompt { get; init; } = true;

    /// <summary>Reads it; null where the folder has no <c>modules.json</c>.</summary>
    public static PoolingConfig? Load(string folder)
    {
        ModelFolder.ThrowIfMissing(folder);
        if (ModuleList.ReadOrNull(folder) is not { } modules)
        {
            return null;
        }

        modules.ThrowUnlessEmbedder();
        var json = ConfigFile.ReadObject(
            ModelFolder.Require(folder, Path.Combine(modules.SubfolderName(1), EncoderConfig.FileName)));
        return new()
        {
            Mode = ReadMode(json),
            Normalize = modules.Types.Count == 3,
            IncludePrompt = json.Value(IncludePromptField) is null || json.Flag(IncludePromptField),
        };
    }

    private static Pooling ReadMode(ConfigObject json)
    {
        const string Field = "pooling_mode";

        // Up to sentence-transformers 5 there is a flag for each mode (several are concatenated), later the name of the mode.
        string[] modes = json.Value(Field) switch
        {
            null => [.. Flags(json)],
            { ValueKind: JsonValueKind.String } name => [name.GetString()!],
            { } other => throw json.Wrong(Field, "the name of one mode", other),
        };
        return modes switch
        {
            ["mean" or "mean_tokens"] => Pooling.Mean,
            ["cls" or "cls_token"] => Pooling.Cls,
            ["lasttoken"] => Pooling.Last,
            [] => throw new InvalidDataException($"{json.Source} names no pooling mode; expected one of mean, cls and lasttoken."),
            _ => throw new NotSupportedException(
                $"{json.Source}: the pooling [{string.Join(", ", modes)}] is not supported; supported: mean, cls or lasttoken alone."),
        };
    }

    private static IEnumerable<string> Flags(ConfigObject json)
    {
        const string Prefix = "pooling_mode_";
        foreach (var property in json.Element.EnumerateObject())
        {
            if (!property.Name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                continue;
            }

            if (property.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null))
            {
                throw json.Wrong(property.Name, "true or false", property.Value);
            }

            if (property.Value.ValueKind == JsonValueKind.True)
            {
                yield return property.Name[Prefix.Length..];
            }
        }
    }
}
