using Resift.Local.Configuration;

namespace Resift.Local.Tokenization;

/// <summary>Reads steps that may be sequences of steps, in a <c>tokenizer.json</c>.</summary>
internal static class TokenizerSteps
{
    // Real ones have up to five; each costs a pass over the text or a call for each piece.
    private const int MaxSteps = 32;

    /// <summary>Gets the steps of a part in order, sequences taken apart.</summary>
    /// <param name="part">The part; null for no steps.</param>
    /// <param name="list">The name of the list in a sequence.</param>
    /// <exception cref="NotSupportedException">There are too many.</exception>
    public static IReadOnlyList<ConfigObject> Read(ConfigObject? part, string list)
    {
        var steps = new List<ConfigObject>();
        if (part is { } root)
        {
            Add(root, list, steps);
        }

        return steps.Count <= MaxSteps ? steps : throw new NotSupportedException(
            $"{part!.Value.Source} has {steps.Count} steps; at most {MaxSteps} are supported.");
    }

    /// <summary>Gets the text of a pattern, and whether it is a regular expression.</summary>
    /// <exception cref="InvalidDataException">It is neither <c>{"String": …}</c> nor <c>{"Regex": …}</c>, or empty.</exception>
    public static (string Pattern, bool IsRegex) Pattern(ConfigObject step)
    {
        var pattern = step.ObjectOrNull("pattern") ?? throw step.Missing("pattern");
        string? regex = pattern.TextOrNull("Regex");
        string text = regex ?? pattern.Text("String");
        return text.Length > 0 ? (text, regex is not null) : throw new InvalidDataException($"{pattern.Source} must not be empty.");
    }

    /// <summary>Creates the error for a step of an unknown kind.</summary>
    public static NotSupportedException Unknown(ConfigObject step, string found, string supported) =>
        new($"{step.Source}: {found} is not supported; supported: {supported}.");

    // The depth of a JSON file is bounded when it is parsed.
    private static void Add(ConfigObject step, string list, List<ConfigObject> steps)
    {
        if (step.Text("type") != "Sequence")
        {
            steps.Add(step);
            return;
        }

        if (step.Value(list) is null)
        {
            throw step.Missing(list);
        }

        foreach (var inner in step.Objects(list))
        {
            Add(inner, list, steps);
        }
    }
}
