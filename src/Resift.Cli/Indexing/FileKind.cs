namespace Resift.Cli;

/// <summary>How a file is read.</summary>
internal enum FileKind
{
    Text,
    Markdown,
    ReStructuredText,
    AsciiDoc,
    Html,
    Xml,
    Notebook,
    Pdf,
    Word,
    PowerPoint,
    Excel,

    /// <summary>Markdown that a program makes of it.</summary>
    Converted,

    /// <summary>A JSON array of records, or one record.</summary>
    Json,

    /// <summary>A JSON record on every line.</summary>
    JsonLines,

    /// <summary>Records separated by lines and commas, with a header.</summary>
    Csv,

    /// <summary>Records separated by lines and tabs, with a header.</summary>
    Tsv,
}

/// <summary>Sees by its name how a file is read.</summary>
internal static class FileKinds
{
    // Text as it is: source code and settings that people write.
    private static readonly HashSet<string> _plain = new(StringComparer.OrdinalIgnoreCase)
    {
        ".txt", ".text", ".org",
        ".c", ".cc", ".cpp", ".cs", ".cxx", ".dart", ".ex", ".exs", ".fs", ".go", ".h", ".hh", ".hpp", ".hs", ".java", ".jl", ".js", ".jsx",
        ".kt", ".lua", ".m", ".mjs", ".ml", ".php", ".pl", ".proto", ".ps1", ".py", ".r", ".rb", ".rs", ".scala", ".sh", ".sql", ".swift",
        ".toml", ".ts", ".tsx", ".vb", ".yaml", ".yml", ".zig",
    };

    public static FileKind? FromPath(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".md" or ".markdown" => FileKind.Markdown,
        ".rst" => FileKind.ReStructuredText,
        ".adoc" => FileKind.AsciiDoc,
        ".html" or ".htm" => FileKind.Html,
        ".xml" => FileKind.Xml,
        ".ipynb" => FileKind.Notebook,
        ".pdf" => FileKind.Pdf,
        ".docx" or ".docm" => FileKind.Word,
        ".pptx" or ".pptm" => FileKind.PowerPoint,
        ".xlsx" or ".xlsm" => FileKind.Excel,
        ".json" => FileKind.Json,
        ".jsonl" or ".ndjson" => FileKind.JsonLines,
        ".csv" => FileKind.Csv,
        ".tsv" => FileKind.Tsv,
        var ending => _plain.Contains(ending) ? FileKind.Text : null,
    };

    /// <summary>Determines whether such a file is held in memory as a whole while it is read.</summary>
    public static bool IsReadWhole(this FileKind kind) =>
        kind is not (FileKind.JsonLines or FileKind.Csv or FileKind.Tsv or FileKind.Converted);
}
