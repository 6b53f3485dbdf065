using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>The steps of a model that sentence-transformers lists in <c>modules.json</c>.</summary>
/// <param name="Source">The file.</param>
/// <param name="Types">The name of each step's class.</param>
/// <param name="Folders">The folder of each step; empty for the model's own.</param>
internal sealed record ModuleList(string Source, IReadOnlyList<string> Types, IReadOnlyList<string> Folders)
{
    public const string FileName = "modules.json";

    private const string ScoreType = "LogitScore";

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
    public void ThrowUnlessCrossEncoder(bool answersInWords) => ThrowUnless(
        Types is ["Transformer"] || (answersInWords && Types is ["Transformer", ScoreType]),
        "Transformer alone, whose head gives the score" + (answersInWords ? $", and {ScoreType} behind it" : ""));

    /// <summary>Ensures that the step that makes a score of a language model's answers, if there is one, reads the same answers.</summary>
    /// <exception cref="NotSupportedException">It reads others.</exception>
    public void ThrowUnlessScoredBy(string folder, int yes, int no)
    {
        if (Types is not [_, ScoreType])
        {
            return;
        }

        var json = ConfigFile.ReadObject(ModelFolder.Require(folder, Path.Combine(SubfolderName(1), EncoderConfig.FileName)));
        var stated = (json.NotNegativeOrNull("true_token_id"), json.NotNegativeOrNull("false_token_id"));
        if (stated != (yes, no))
        {
            throw new NotSupportedException(
                $"{json.Source}: true_token_id {Shown(stated.Item1)} and false_token_id {Shown(stated.Item2)} are not supported; " +
                $"supported: {yes} and {no}, the answers that the family's template asks for.");
        }

        static string Shown(int? id) => id is { } number ? $"{number}" : "null";
    }

    /// <summary>Gets the folder of a step, which lies in the model's own.</summary>
    /// <exception cref="InvalidDataException">It is another.</exception>
    public string SubfolderName(int step) =>
        Folders[step] is not ("" or "." or "..") and var name && !name.AsSpan().ContainsAny('/', '\\', ':')
            ? name
            : throw new InvalidDataException($"{Source}: the path '{Folders[step]}' is not the name of a folder inside the model folder.");

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
