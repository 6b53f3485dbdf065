using System.Globalization;

namespace Resift.Cli;

/// <summary>Draws quality against time, with a line through the systems that nothing beats in both.</summary>
internal static class PlaneChart
{
    // Faster than a screen refreshes, so that no logarithm of nothing is needed.
    private const double Least = 0.1;

    public static void Write(HtmlWriter html, StageReport stage, string measure)
    {
        var points = stage.All
            .Select((system, series) => (System: system, Series: series, X: Position(system.Effort.MedianMilliseconds)))
            .ToArray();
        double low = Math.Floor(points.Min(point => point.X));
        double high = Math.Max(low + 1, Math.Ceiling(points.Max(point => point.X)));
        double[] means = [.. points.Select(point => point.System.Mean)];
        double margin = Math.Max(0.01, (means.Max() - means.Min()) * 0.2);
        using var chart = ChartFrame.Open(
            html, $"{measure} against the median time of a query", (low, high), (Math.Max(0, means.Min() - margin), means.Max() + margin));
        chart.YAxis(measure, value => value.ToString("0.###", CultureInfo.InvariantCulture));
        chart.XAxis("median time of a query", Enumerable.Range((int)low, (int)(high - low) + 1)
            .Select(power => ((double)power, Figures.Time(Math.Pow(10, power)))));
        var front = points.Where(point => point.System.IsPareto).OrderBy(point => point.X);
        chart.Line("front", front.Select(point => (point.X, point.System.Mean)));
        foreach (var (system, series, x) in points)
        {
            string praise = system.IsPareto ? ", nothing is better and faster" : "";
            string time = Figures.Time(system.Effort.MedianMilliseconds);
            chart.Mark(series, x, system.Mean, $"{system.Name}: {Figures.Quality(system.Mean)} in {time}{praise}", system.IsPareto);
        }
    }

    private static double Position(double? milliseconds) => Math.Log10(Math.Max(Least, milliseconds ?? Least));
}
