using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>Reads the front matter of a model card: the block between two lines of three dashes at the head of <c>README.md</c>.</summary>
internal static class ModelCard
{
    // A front matter is a screen long, though lists of languages and results make some longer.
    private const int MaxBytes = 1_000_000;

    /// <summary>Gets the licence as the card states it, or its name where it states only "other"; null where it states none.</summary>
    public static string? ReadLicense(string folder)
    {
        if (ModelFolder.Find(folder, "README.md") is not { } path)
        {
            return null;
        }

        var fields = ReadFields(path);
        string? license = fields.GetValueOrDefault("license");
        return license is "other" ? fields.GetValueOrDefault("license_name", license) : license;
    }

    private static Dictionary<string, string> ReadFields(string path)
    {
        const string Fence = "---";
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        using var lines = new StreamReader(new MemoryStream(ReadHead(path)));
        if (lines.ReadLine()?.TrimEnd() != Fence)
        {
            return fields;
        }

        // Only what is needed of YAML: fields of the top level with a value on their own line.
        while (lines.ReadLine() is { } line && line.TrimEnd() != Fence)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            string value = colon > 0 ? line[(colon + 1)..].Trim().Trim('"', '\'') : "";
            if (value.Length > 0)
            {
                fields.TryAdd(line[..colon], value);
            }
        }

        return fields;
    }

    // An empty card states nothing; no other file may be empty.
    private static byte[] ReadHead(string path)
    {
        using var stream = RegularFile.OpenOrNull(path);
        byte[] head = new byte[Math.Min(MaxBytes, stream?.Length ?? 0)];
        return head[..(stream?.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) ?? 0)];
    }
}
