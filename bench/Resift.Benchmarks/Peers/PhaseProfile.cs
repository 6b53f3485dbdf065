using System.Globalization;
using Resift.Local.Inference;

namespace Resift.Benchmarks;

/// <summary>Where the time of an engine's calls goes, phase by phase.</summary>
/// <param name="threads">How many threads it computes with.</param>
internal sealed class PhaseProfile(int threads)
{
    private TimeSpan _elapsed;

    /// <summary>Gets what the engine's threads add to, one each.</summary>
    public IReadOnlyList<PhaseClock> Clocks { get; } = [.. Enumerable.Range(0, threads).Select(_ => new PhaseClock())];

    /// <summary>Adds how long a call took.</summary>
    public void Add(TimeSpan elapsed) => _elapsed += elapsed;

    /// <summary>Writes where the time of all calls went.</summary>
    public void Write(TextWriter writer)
    {
        var times = Enum.GetValues<Phase>().ToDictionary(phase => phase, phase => Clocks.Sum(clock => clock.Of(phase).TotalSeconds));
        double total = times.Values.Sum();
        writer.WriteLine(string.Join(", ", times.Select(time => $"{time.Key} {Percent(time.Value / total)}")));
        writer.WriteLine($"its {Clocks.Count} threads compute for {Percent(total / Clocks.Count / _elapsed.TotalSeconds)} of the time");

        static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %");
    }
}
