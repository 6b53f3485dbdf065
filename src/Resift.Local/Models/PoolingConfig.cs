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

    /// <summary>Reads it for a model that has some prompts, and cannot do without.</summary>
    /// <exception cref="NotSupportedException">
    /// The folder does not say it, or what it says needs the prompt's own tokens left out.
    /// </exception>
    public static PoolingConfig Require(string folder, EmbeddingPrompts prompts)
    {
        var pooling = Load(folder) ?? throw new NotSupportedException(
            $"'{folder}' has no modules.json, which says how token vectors become one vector of the text (mean or first token, " +
            "normalised or not). Only embedders in the sentence-transformers layout are supported.");
        bool hasPrompt = prompts != EmbeddingPrompts.None;
        return pooling.IncludePrompt || pooling.Mode != Pooling.Mean || !hasPrompt ? pooling : throw new NotSupportedException(
            $"'{folder}' has prompts, and the include_prompt of its pooling is false: the prompt's own tokens would have to be left " +
            "out of the mean, which is not supported; supported: include_prompt true.");
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
