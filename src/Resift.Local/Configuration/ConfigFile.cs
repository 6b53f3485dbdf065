using System.Text.Json;

namespace Resift.Local.Configuration;

/// <summary>Reads the JSON files beside a model's weights.</summary>
internal static class ConfigFile
{
    public static ConfigObject ReadObject(string path) => new(path, Parse(path, JsonValueKind.Object, "an object"));

    public static IReadOnlyList<ConfigObject> ReadObjects(string path) =>
        ConfigObject.Entries(path, Parse(path, JsonValueKind.Array, "an array"));

    private static JsonElement Parse(string path, JsonValueKind kind, string kindName)
    {
        var json = RegularFile.ReadUtf8(path);
        try
        {
            ThrowIfHalfSurrogate(json, path);
            var root = JsonElement.Parse(json);
            return root.ValueKind == kind
                ? root
                : throw new InvalidDataException($"{path} must hold {kindName}, found {ConfigObject.Shown(root)}.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: " +
                "it is cut off or another kind of file; fetch it again.", e);
        }
    }

    /// <summary>Refuses half of an escaped surrogate pair, which no text can hold: here once, instead of at each field.</summary>
    private static void ThrowIfHalfSurrogate(ReadOnlySpan<byte> json, string path)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                if (reader.ValueIsEscaped)
                {
                    reader.GetString();
                }
            }
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException(
                $"{path} has a text with half of a surrogate pair at byte {reader.TokenStartIndex + 1}; fetch it again.", e);
        }
    }
}
