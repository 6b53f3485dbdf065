using System.Text.Json;
using System.Text.Unicode;

namespace Resift.Local.Models;

/// <summary>Reads the JSON files beside a model's weights.</summary>
internal static class ConfigFile
{
    // Larger than any real one by far; keeps a wrong file from being read into memory whole.
    private const int MaxBytes = 100_000_000;

    public static ConfigObject ReadObject(string path) => new(path, Parse(path, JsonValueKind.Object, "an object"));

    public static IReadOnlyList<ConfigObject> ReadObjects(string path)
    {
        var objects = new List<ConfigObject>();
        foreach (var element in Parse(path, JsonValueKind.Array, "an array").EnumerateArray())
        {
            string source = $"{path}: entry {objects.Count}";
            objects.Add(element.ValueKind == JsonValueKind.Object
                ? new(source, element)
                : throw new InvalidDataException($"{source} must be an object, found {ConfigObject.Shown(element)}."));
        }

        return objects;
    }

    private static JsonElement Parse(string path, JsonValueKind kind, string kindName)
    {
        long length = new FileInfo(path).Length;
        if (length > MaxBytes)
        {
            throw new InvalidDataException($"{path} has {length} bytes, which is not plausible for a configuration (limit {MaxBytes}).");
        }

        ReadOnlySpan<byte> json = File.ReadAllBytes(path);
        json = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
        if (!Utf8.IsValid(json))
        {
            throw new InvalidDataException($"{path} is not valid UTF-8; fetch it again.");
        }

        try
        {
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
}
