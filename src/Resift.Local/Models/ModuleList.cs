using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>The steps of a model that sentence-transformers lists in <c>modules.json</c>.</summary>
/// <param name="Source">The file.</param>
/// <param name="Types">The name of each step's class.</param>
/// <param name="Folders">The folder of each step; empty for the model's own.</param>
internal sealed record ModuleList(string Source, IReadOnlyList<string> Types, IReadOnlyList<string> Folders)
{
    public const string FileName = "modules.json";

    /// <summary>Gets a value indicating whether they make a vector of those of the tokens.</summary>
    public bool IsEmbedder => Types.Contains("Pooling");

    /// <summary>Reads the file; null where the folder has none.</summary>
    public static ModuleList? ReadOrNull(string folder)
    {
        if (ModelFolder.Find(folder, FileName) is not { } path)
        {
            return null;
        }

        // A type is a Python class whose module moved from version to version; the class name stayed.
        var modules = ConfigFile.ReadObjects(path);
        return new(
            path,
            [.. modules.Select(module => module.Text("type").Split('.')[^1])],
            [.. modules.Select(module => module.TextOrNull("path") ?? "")]);
    }

    /// <summary>Ensures that the steps are those of a cross-encoder: the transformer with its own head, and nothing behind it.</summary>
    /// <exception cref="NotSupportedException">They are others.</exception>
    public void ThrowUnlessCrossEncoder() => ThrowUnless(Types is ["Transformer"], "Transformer alone, whose head gives the score");

    /// <summary>Ensures that the steps are those of an embedder.</summary>
    /// <exception cref="NotSupportedException">They are others.</exception>
    public void ThrowUnlessEmbedder() => ThrowUnless(
        Types is ["Transformer", "Pooling"] or ["Transformer", "Pooling", "Normalize"], "Transformer, Pooling and, after them, Normalize");

    private void ThrowUnless(bool isKnown, string supported)
    {
        if (!isKnown)
        {
            throw new NotSupportedException(
                $"{Source}: the modules [{string.Join(", ", Types)}] are not supported; supported: {supported}.");
        }

        if (Folders[0] is { Length: > 0 } inner)
        {
            throw new NotSupportedException($"{Source}: the transformer lies in the folder '{inner}'; supported: the model folder itself.");
        }
    }
}
