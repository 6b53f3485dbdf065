using System.Text.Json;
using System.Text.Json.Serialization;

namespace Resift.Retrieval;

/// <summary>Metadata as an index keeps it: one JSON object, its keys in order so that equal metadata is equal text.</summary>
internal static class MetadataJson
{
    public static string Write(IReadOnlyDictionary<string, string> metadata) => JsonSerializer.Serialize(
        new SortedDictionary<string, string>(metadata.ToDictionary(), StringComparer.Ordinal),
        MetadataJsonContext.Default.SortedDictionaryStringString);

    /// <summary>Gets a passage's metadata together with its document's; the passage's own wins.</summary>
    public static Dictionary<string, string> Merge(
        IReadOnlyDictionary<string, string> document, IReadOnlyDictionary<string, string> passage)
    {
        var all = new Dictionary<string, string>(document);
        foreach (var (key, value) in passage)
        {
            all[key] = value;
        }

        return all;
    }

    /// <exception cref="InvalidDataException">It is none.</exception>
    public static Dictionary<string, string> Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, MetadataJsonContext.Default.DictionaryStringString) ?? [];
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException("The index is damaged: metadata in it is no JSON. Delete it and index again.", exception);
        }
    }
}

[JsonSerializable(typeof(SortedDictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class MetadataJsonContext : JsonSerializerContext;
