using System.Text.Json;
using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>Opens the files that <c>model.safetensors.index.json</c> names.</summary>
internal static class ShardIndex
{
    public const string FileName = "model.safetensors.index.json";

    public static IReadOnlyList<SafetensorsFile> Open(string folder)
    {
        var placement = Read(Path.Combine(folder, FileName));
        var files = new List<SafetensorsFile>();
        try
        {
            foreach (var shard in placement.GroupBy(entry => entry.Value, entry => entry.Key, StringComparer.Ordinal))
            {
                string path = ModelFolder.Find(folder, shard.Key) ?? throw new FileNotFoundException(
                    $"The shard {shard.Key} that {FileName} names is missing in '{folder}'; {ModelFolder.Found(folder)}.", shard.Key);
                files.Add(SafetensorsFile.Open(path));
                var names = files[^1].Entries.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
                if (shard.FirstOrDefault(name => !names.Contains(name)) is { } missing)
                {
                    throw new InvalidDataException($"{path}: tensor '{missing}' is not in this shard, where {FileName} places it.");
                }
            }

            return files;
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>Reads the names of the shards.</summary>
    public static IEnumerable<string> ReadNames(string folder) =>
        Read(Path.Combine(folder, FileName)).Select(entry => entry.Value).Distinct(StringComparer.Ordinal);

    private static List<KeyValuePair<string, string>> Read(string path)
    {
        var map = ConfigFile.ReadObject(path).ObjectOrNull("weight_map") ??
            throw new InvalidDataException($"{path}: weight_map is missing; expected the shard of each tensor.");
        var placement = new List<KeyValuePair<string, string>>();
        foreach (var property in map.Element.EnumerateObject())
        {
            string shard = property.Value.ValueKind == JsonValueKind.String
                ? property.Value.GetString()!
                : throw map.Wrong(property.Name, "a text", property.Value);

            // Both separators on every system: an index made on one is read on another.
            if (shard.Length == 0 || shard is "." or ".." || shard.AsSpan().ContainsAny('/', '\\', ':'))
            {
                throw new InvalidDataException($"{path}: the shard '{shard}' of tensor '{property.Name}' is not the name of a file " +
                    "inside the model folder: refused.");
            }

            placement.Add(new(property.Name, shard));
        }

        return placement.Count > 0 ? placement : throw new InvalidDataException($"{path}: weight_map names no tensor.");
    }
}
