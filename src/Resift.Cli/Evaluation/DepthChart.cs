using System.Globalization;

namespace Resift.Cli;

/// <summary>Draws what more candidates give: quality by depth, between the first stage's and that of the best possible order.</summary>
internal static class DepthChart
{
    public static void Write(HtmlWriter html, StageReport stage, string measure)
    {
        int[] depths = [.. stage.Ceiling.Select(point => point.Depth)];
        double[] values = [stage.Base.Mean, .. stage.Ceiling.Select(point => point.Best),
            .. stage.Systems.SelectMany(system => system.Curve).Select(point => point.Mean)];
        double lowest = Math.Max(0, values.Min() - 0.05);
        using var chart = ChartFrame.Open(
            html, $"{measure} by how many candidates are reranked", (0, depths.Length - 1), (lowest, values.Max()));
        chart.YAxis(measure, value => value.ToString("0.##", CultureInfo.InvariantCulture));
        // Each step about doubles the work, so steps of equal width show what each gains.
        chart.XAxis("candidates", depths.Select((depth, place) => ((double)place, Figures.Count(depth))));
        chart.Line("first", [(0, stage.Base.Mean), (depths.Length - 1, stage.Base.Mean)]);
        chart.Line("ceiling", stage.Ceiling.Select((point, place) => ((double)place, point.Best)));
        for (int i = 0; i < stage.Systems.Count; i++)
        {
            var curve = stage.Systems[i].Curve.Select(point => (X: (double)Array.IndexOf(depths, point.Depth), Point: point)).ToArray();
            chart.Line(ChartFrame.Style(i + 1), curve.Select(point => (point.X, point.Point.Mean)));
            foreach (var (x, point) in curve)
            {
                chart.Mark(i + 1, x, point.Mean, $"{stage.Systems[i].Name}, {Figures.Count(point.Depth)} candidates: " +
                    $"{Figures.Quality(point.Mean)} in {Figures.Time(point.MedianMilliseconds)}");
            }
        }
    }
}
