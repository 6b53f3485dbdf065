using System.Text;
using System.Text.Json;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>Reads a Jupyter notebook: its Markdown, and its code in fences; what the code gave is left out.</summary>
internal static class NotebookFormat
{
    /// <summary>Reads a file.</summary>
    /// <param name="utf8">The file.</param>
    /// <param name="name">What it is called, for messages.</param>
    /// <exception cref="InvalidDataException">It is no notebook.</exception>
    public static FileContent Read(ReadOnlyMemory<byte> utf8, string name)
    {
        using var json = JsonText.Parse(utf8, name, firstLine: 1);
        if (CellsOf(json.RootElement) is not { } cells)
        {
            throw new InvalidDataException($"{name}: a notebook was expected, which is an object with the list 'cells'.");
        }

        string language = Language(json.RootElement, name);
        var text = new StringBuilder();
        var blocks = new List<OutlineBlock>();
        var markup = new List<(int, int)>();
        string? title = null;
        foreach (var cell in cells.EnumerateArray())
        {
            string source = Source(cell, name);
            if (string.IsNullOrWhiteSpace(source))
            {
                continue;
            }

            text.Append(text.Length == 0 ? "" : "\n\n");
            int start = text.Length;
            if (IsCode(cell, name))
            {
                string fence = CodeFence.Around(source);
                blocks.Add(new(start, StaysWhole: true));
                text.Append(fence).Append(language).Append('\n');
                markup.Add((start, text.Length));
                text.Append(source.TrimEnd('\n')).Append('\n');
                markup.Add((text.Length, text.Length + fence.Length));
                text.Append(fence);
                continue;
            }

            // Each for itself, so that a fence that is open at the end of one takes nothing of the next.
            var outline = DocumentOutline.OfMarkdown(source);
            blocks.AddRange(outline.Blocks is [] ? [new(start, StaysWhole: false)] : outline.Blocks.Select(block =>
                block with { Start = block.Start + start }));
            markup.AddRange(outline.Markup.Select(part => (part.Start + start, part.End + start)));
            title ??= outline.Title;
            text.Append(source);
        }

        return new(text.ToString(), new DocumentOutline(blocks, markup, title));
    }

    // Before the fourth edition of the format, cells were on worksheets.
    private static JsonElement? CellsOf(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (root.TryGetProperty("worksheets", out var sheets) && sheets.ValueKind == JsonValueKind.Array && sheets.GetArrayLength() > 0
            && sheets[0].ValueKind == JsonValueKind.Object)
        {
            root = sheets[0];
        }

        return root.TryGetProperty("cells", out var cells) && cells.ValueKind == JsonValueKind.Array ? cells : null;
    }

    private static bool IsCode(JsonElement cell, string name) => cell.TryGetProperty("cell_type", out var kind)
        && kind.ValueKind == JsonValueKind.String && JsonText.ReadString(kind, name, "the type of a cell") == "code";

    private static string Source(JsonElement cell, string name)
    {
        if (cell.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"{name}: a cell is {JsonText.Kind(cell)}; an object was expected.");
        }

        if (!cell.TryGetProperty("source", out var source) && !cell.TryGetProperty("input", out source))
        {
            return "";
        }

        return source.ValueKind == JsonValueKind.Array
            ? string.Concat(source.EnumerateArray().Select(line => JsonText.ReadString(line, name, "a line of a cell")))
            : JsonText.ReadString(source, name, "the source of a cell");
    }

    private static string Language(JsonElement root, string file) => root.TryGetProperty("metadata", out var metadata)
        && metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty("language_info", out var info)
        && info.ValueKind == JsonValueKind.Object && info.TryGetProperty("name", out var name)
        && name.ValueKind == JsonValueKind.String
        && JsonText.ReadString(name, file, "the language") is { Length: < 32 } known && known.All(char.IsLetterOrDigit)
        ? known
        : "";
}
