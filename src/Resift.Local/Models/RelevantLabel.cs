using System.Globalization;

namespace Resift.Local.Models;

/// <summary>Finds which label of a classifier means that a document is relevant.</summary>
internal static class RelevantLabel
{
    /// <summary>The names that mean it, whatever the model: those of relevance, of inference and of duplicates.</summary>
    private static readonly string[] _known = ["relevant", "yes", "true", "entailment", "duplicate", "is_duplicate", "equivalent"];

    /// <summary>Gets the label with a name or number.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static int Find(EncoderConfig config, int labels, string wanted)
    {
        int[] named = [.. Enumerable.Range(0, labels).Where(label =>
            string.Equals(config.LabelNames.GetValueOrDefault(label), wanted, StringComparison.OrdinalIgnoreCase))];
        if (named is [var only])
        {
            return only;
        }

        return int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < labels
            ? number
            : throw new ArgumentException($"{nameof(LocalModelOptions.RelevantLabel)} '{wanted}' is " +
                $"{(named.Length == 0 ? "none" : "more than one")} of the labels of {config.Source}: {Shown(config, labels)}. " +
                "Set it to the name or number of one.");
    }

    /// <summary>Gets the label whose name alone says that it means relevance; null where none or several do.</summary>
    public static int? FindOrNull(EncoderConfig config, int labels)
    {
        int[] known = [.. Enumerable.Range(0, labels).Where(label =>
            _known.Contains(config.LabelNames.GetValueOrDefault(label), StringComparer.OrdinalIgnoreCase))];
        return known is [var only] ? only : null;
    }

    /// <summary>Shows the labels with their numbers, the first of them where there are many.</summary>
    public static string Shown(EncoderConfig config, int labels)
    {
        const int Most = 10;
        var shown = Enumerable.Range(0, Math.Min(labels, Most)).Select(label =>
            config.LabelNames.TryGetValue(label, out string? name) ? $"{label} '{name}'" : $"{label}");
        return string.Join(", ", shown) + (labels > Most ? ", …" : "");
    }
}
