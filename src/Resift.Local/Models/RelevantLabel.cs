using System.Globalization;
using System.Text.Json;
using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>Finds which label of a classifier means that a document is relevant.</summary>
internal static class RelevantLabel
{
    /// <summary>The names that mean it, whatever the model: those of relevance, of inference and of duplicates.</summary>
    private static readonly string[] _known = ["relevant", "yes", "true", "entailment", "duplicate", "is_duplicate", "equivalent"];

    /// <summary>
    /// Gets the label with a name or number, or where none is wanted that whose name alone says that it means relevance; null where none
    /// or several do.
    /// </summary>
    /// <exception cref="ArgumentException">There is none with that name or number.</exception>
    public static int? Find(HeadLabels labels, string? wanted)
    {
        if (wanted is null)
        {
            return labels.Where(name => _known.Contains(name, StringComparer.OrdinalIgnoreCase)) is [var known] ? known : null;
        }

        int[] named = labels.Where(name => string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase));
        if (named is [var only])
        {
            return only;
        }

        return int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < labels.Count
            ? number
            : throw new ArgumentException($"{nameof(LocalModelOptions.RelevantLabel)} '{wanted}' is " +
                $"{(named.Length == 0 ? "none" : "more than one")} of the labels of {labels.Source}: {labels}. " +
                "Set it to the name or number of one.");
    }
}

/// <summary>The labels of a classification head.</summary>
/// <param name="Source">The file that names them.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Names">Their names by their number, as far as they have some.</param>
internal sealed record HeadLabels(string Source, int Count, IReadOnlyDictionary<int, string> Names)
{
    /// <summary>Reads how many labels <c>config.json</c> names; null where it names none.</summary>
    public static int? ReadCount(ConfigObject json) => json.ObjectOrNull("id2label") is { } labels
        ? labels.Element.GetPropertyCount()
        : json.PositiveOrNull("num_labels");

    /// <summary>Reads the names of <c>config.json</c>.</summary>
    public static IReadOnlyDictionary<int, string> ReadNames(ConfigObject json)
    {
        var names = new Dictionary<int, string>();
        foreach (var label in json.ObjectOrNull("id2label")?.Element.EnumerateObject() ?? [])
        {
            if (label.Value.ValueKind == JsonValueKind.String
                && int.TryParse(label.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                names[number] = label.Value.GetString()!;
            }
        }

        return names;
    }

    /// <summary>Gets the name of a label, or else its number.</summary>
    public string NameOf(int label) => Names.GetValueOrDefault(label, $"{label}");

    /// <summary>Gets the labels of some names.</summary>
    public int[] Where(Func<string?, bool> isMeant) =>
        [.. Enumerable.Range(0, Count).Where(label => isMeant(Names.GetValueOrDefault(label)))];

    /// <summary>Shows the labels with their numbers, the first of them where there are many.</summary>
    public override string ToString()
    {
        const int Most = 10;
        var shown = Enumerable.Range(0, Math.Min(Count, Most)).Select(label =>
            Names.TryGetValue(label, out string? name) ? $"{label} '{name}'" : $"{label}");
        return string.Join(", ", shown) + (Count > Most ? ", …" : "");
    }
}
