namespace Resift.Local.Models;

/// <summary>Reads the front matter of a model card: the block between two lines of three dashes at the head of <c>README.md</c>.</summary>
internal static class ModelCard
{
    // A front matter is a screen long, though lists of languages and results make some longer.
    private const int MaxLines = 10_000;

    /// <summary>Gives the licence as the card states it, or its name where it states only "other"; null where it states none.</summary>
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
        using var lines = File.ReadLines(path).Take(MaxLines).GetEnumerator();
        if (!lines.MoveNext() || lines.Current.TrimEnd() != Fence)
        {
            return fields;
        }

        // Only what is needed of YAML: fields of the top level with a value on their own line.
        while (lines.MoveNext() && lines.Current.TrimEnd() != Fence)
        {
            int colon = lines.Current.IndexOf(':', StringComparison.Ordinal);
            string value = colon > 0 ? lines.Current[(colon + 1)..].Trim().Trim('"', '\'') : "";
            if (value.Length > 0)
            {
                fields.TryAdd(lines.Current[..colon], value);
            }
        }

        return fields;
    }
}
