namespace Resift.Cli;

/// <summary>How a file is read.</summary>
internal enum FileKind
{
    Text,
    Markdown,
    ReStructuredText,
    AsciiDoc,
    Html,

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
    public static FileKind? FromPath(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".txt" or ".text" or ".org" => FileKind.Text,
        ".md" or ".markdown" => FileKind.Markdown,
        ".rst" => FileKind.ReStructuredText,
        ".adoc" => FileKind.AsciiDoc,
        ".html" or ".htm" => FileKind.Html,
        ".json" => FileKind.Json,
        ".jsonl" or ".ndjson" => FileKind.JsonLines,
        ".csv" => FileKind.Csv,
        ".tsv" => FileKind.Tsv,
        _ => null,
    };

    /// <summary>Determines whether such a file is held in memory as a whole while it is read.</summary>
    public static bool IsReadWhole(this FileKind kind) => kind is not (FileKind.JsonLines or FileKind.Csv or FileKind.Tsv);
}
