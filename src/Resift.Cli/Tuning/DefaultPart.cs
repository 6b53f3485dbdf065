using System.Globalization;

namespace Resift.Cli;

/// <summary>One default of a search, with the settings that differ from the usual one in nothing else.</summary>
/// <param name="Name">What it says.</param>
/// <param name="Usual">The index of the setting that has it.</param>
/// <param name="Settings">The indices of the settings to choose from.</param>
/// <param name="Words">Says its value in a setting.</param>
internal sealed record DefaultPart(string Name, int Usual, IReadOnlyList<int> Settings, Func<TuningSetting, string> Words)
{
    /// <summary>Gets the defaults of a grid one by one, and all together at the end.</summary>
    public static IReadOnlyList<DefaultPart> Of(TuningGrid grid)
    {
        var usual = grid.Settings[grid.Usual];
        var parts = new List<DefaultPart>
        {
            Part("first stage", usual, setting => setting with { FirstStage = usual.FirstStage }, setting => setting.FirstStage.Name),
            new(
                "tier",
                grid.Usual,
                [.. grid.Systems.Select(system => grid.UsualOf(system)).Prepend(grid.UsualOf(null)).Select(grid.IndexOf)],
                setting => setting.Reader),
        };
        foreach (var system in grid.Systems)
        {
            var ofSystem = grid.UsualOf(system);
            parts.Add(Part($"candidates of {system.Name}", ofSystem, setting => setting with { Depth = ofSystem.Depth },
                setting => setting.Depth.ToString(CultureInfo.InvariantCulture)));
            parts.Add(Part($"weight in {system.Name}", ofSystem, setting => setting with { Weight = ofSystem.Weight },
                setting => setting.Weight.ToString(CultureInfo.InvariantCulture)));
        }

        parts.Add(new("all together", grid.Usual, [.. Enumerable.Range(0, grid.Settings.Count)], setting => setting.ToString()));
        return parts;

        DefaultPart Part(
            string name, TuningSetting own, Func<TuningSetting, TuningSetting> takenBack, Func<TuningSetting, string> words) => new(
            name,
            grid.IndexOf(own),
            [.. grid.Settings.Index().Where(setting => takenBack(setting.Item) == own).Select(setting => setting.Index)],
            words);
    }
}
