namespace Resift.Cli;

/// <summary>What a tuning found.</summary>
/// <param name="Measure">What decided.</param>
/// <param name="Sets">The judged queries.</param>
/// <param name="Settings">How many settings were tried.</param>
/// <param name="Seed">The seed that queries were drawn and cut into folds by.</param>
/// <param name="Command">The command line.</param>
internal sealed record TuningReport(string Measure, IReadOnlyList<TunedSetReport> Sets, int Settings, int Seed, string Command)
{
    public int Queries => Sets.Sum(set => set.Queries);

    /// <summary>Gets the setting of a search without a profile.</summary>
    public required SettingReport Usual { get; init; }

    /// <summary>Gets the setting that is chosen by all queries.</summary>
    public required SettingReport Chosen { get; init; }

    /// <summary>Gets the settings that were chosen without each fold, with how many folds chose them.</summary>
    public required IReadOnlyList<(string Setting, int Folds)> ByFold { get; init; }

    /// <summary>Gets what choosing gains over the usual setting, on queries that had no part in the choice.</summary>
    public required ComparisonReport Gain { get; init; }

    /// <summary>Gets the threshold; null where scores have no size, or nothing relevant was read.</summary>
    public TunedThreshold? Threshold { get; init; }

    /// <summary>Gets a value indicating whether the gain is more than chance.</summary>
    public bool IsGained => Gain.Verdict == Comparisons.Helps;
}

/// <summary>A set of judged queries.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Queries">How many were drawn.</param>
/// <param name="Judged">How many there are.</param>
internal sealed record TunedSetReport(string Name, int Queries, int Judged);

/// <summary>What a setting is worth.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Mean">The measure, over all queries.</param>
/// <param name="Milliseconds">How long reranking takes for a query, about; null where nobody measured it.</param>
internal sealed record SettingReport(TuningSetting Setting, double Mean, double? Milliseconds);

/// <summary>A threshold for a wanted precision.</summary>
/// <param name="Scale">The scale of the scores.</param>
/// <param name="WantedPrecision">The precision that was wanted.</param>
/// <param name="Value">The lowest score that reaches it on all queries; null if none does.</param>
/// <param name="Precision">
/// The precision on queries that the threshold was not chosen by; null where such thresholds kept nothing.
/// </param>
/// <param name="Recall">The share of the relevant among what was read that they kept.</param>
internal sealed record TunedThreshold(ScoreScale Scale, double WantedPrecision, double? Value, double? Precision, double Recall);

/// <summary>What fitting the defaults again found, each set measured by a choice on the others.</summary>
/// <param name="Measure">What decided.</param>
/// <param name="Sets">The sets.</param>
/// <param name="Defaults">The defaults, one by one, and all together at the end.</param>
/// <param name="Command">The command line.</param>
internal sealed record DefaultsReport(
    string Measure, IReadOnlyList<TunedSetReport> Sets, IReadOnlyList<DefaultReport> Defaults, string Command);

/// <summary>What fitting one default found.</summary>
/// <param name="Name">What it says.</param>
/// <param name="Now">Its value.</param>
/// <param name="BySet">What is chosen without each set.</param>
/// <param name="Change">What these choices change on the sets that had no part in them.</param>
/// <param name="OnAll">What is chosen on all sets.</param>
internal sealed record DefaultReport(string Name, string Now, IReadOnlyList<string> BySet, ComparisonReport Change, string OnAll)
{
    /// <summary>Gets a value indicating whether another value is better, and by more than chance.</summary>
    public bool IsToChange => Change.Verdict == Comparisons.Helps && OnAll != Now;
}
