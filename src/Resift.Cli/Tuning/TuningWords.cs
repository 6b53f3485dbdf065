using System.Globalization;

namespace Resift.Cli;

/// <summary>Says what a tuning found, on a terminal and in Markdown alike.</summary>
internal static class TuningWords
{
    public const string NothingGained = "nothing is gained";

    public static IReadOnlyList<string> DefaultsColumns { get; } =
        ["default", "now", "chosen on the other sets", "change", "p", "verdict"];

    /// <summary>Gets the columns of the table that compares both settings.</summary>
    public static IReadOnlyList<string> Columns(TuningReport report) =>
        ["", "first stage", "tier", "reads", "weight", report.Measure];

    /// <summary>Gets the rows of that table.</summary>
    public static IEnumerable<IReadOnlyList<string>> Rows(TuningReport report) =>
        [Row("now", report.Usual), Row("chosen", report.Chosen)];

    /// <summary>Says which queries there are.</summary>
    public static string Of(TunedSetReport set, int seed)
    {
        string drawn = set.Queries < set.Judged ? $" of {Figures.Count(set.Judged)}, drawn by the seed {seed}" : "";
        return $"{set.Name}: {Figures.Count(set.Queries)} judged queries{drawn}";
    }

    /// <summary>Says what choosing gains.</summary>
    public static string Verdict(TuningReport report) => report.IsGained
        ? $"Gained by what was chosen, on queries that had no part in the choice: {report.Gain.Words} ({report.Measure})."
        : $"{NothingGained}: {report.Gain.Words} ({report.Measure}), on queries that had no part in the choice. Keep the settings of now.";

    /// <summary>Says what was chosen without each part of the queries.</summary>
    public static string Choices(TuningReport report)
    {
        int folds = report.ByFold.Sum(fold => fold.Folds);
        string chosen = string.Join("; ", report.ByFold.Select(fold => $"{fold.Setting} ({fold.Folds} of {folds})"));
        return $"{Figures.Count(report.Settings)} settings were measured. Without a part of the queries, this was chosen: {chosen}.";
    }

    /// <summary>Says how long reranking takes; null where nobody measured it.</summary>
    public static string? Time(TuningReport report) => report.Usual.Milliseconds is { } now
        ? $"Reranking took about {Figures.Time(now)} for a query by the settings of now when it was scored, and about " +
            $"{Figures.Time(report.Chosen.Milliseconds ?? 0)} by what was chosen."
        : null;

    /// <summary>Says what the threshold keeps; null where there is none.</summary>
    public static string? Of(TunedThreshold? threshold) => threshold switch
    {
        null => null,
        { Value: null } => $"No threshold reaches a precision of {Figures.Share(threshold.WantedPrecision)} here.",
        { Value: { } value } => $"For a precision of {Figures.Share(threshold.WantedPrecision)}, keep scores from {Figures.Score(value)} " +
            $"({threshold.Scale.Name()}). {Unseen(threshold)}",
    };

    /// <summary>Gets the cells of a default's row.</summary>
    public static IReadOnlyList<string> Cells(DefaultReport part, DefaultsReport report) =>
    [
        part.Name,
        part.Now,
        string.Join("; ", part.BySet.Zip(report.Sets)
            .GroupBy(choice => choice.First, choice => choice.Second.Name)
            .Select(group => group.Count() == report.Sets.Count ? group.Key : $"{group.Key} without {string.Join(", ", group)}")),
        MarkdownReport.DifferenceOf(part.Change),
        Figures.PValue(part.Change.PValue),
        part.IsToChange ? $"gained by {part.OnAll}" : NothingGained,
    ];

    private static string Unseen(TunedThreshold threshold) => threshold.Precision is { } precision
        ? $"On queries that they were not chosen by, such thresholds had a precision of {Figures.Share(precision)} and kept " +
            $"{Figures.Share(threshold.Recall)} of the relevant that was read."
        : "On queries that they were not chosen by, such thresholds kept nothing.";

    private static IReadOnlyList<string> Row(string name, SettingReport report) =>
    [
        name,
        report.Setting.FirstStage.Name,
        report.Setting.Reader,
        report.Setting.System is null ? Figures.Unknown : Figures.Count(report.Setting.Depth),
        report.Setting.System is null ? Figures.Unknown : report.Setting.Weight.ToString(CultureInfo.InvariantCulture),
        Figures.Quality(report.Mean),
    ];
}
