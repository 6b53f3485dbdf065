namespace Resift.Cli;

/// <summary>Draws a bar for each system with the interval of its mean.</summary>
internal static class QualityChart
{
    private const double Width = 460;
    private const double RowHeight = 46;
    private const double Left = 4;
    private const double Right = 396;
    private const double BarHeight = 14;
    private const double Whisker = 5;

    public static void Write(HtmlWriter html, StageReport stage, string measure)
    {
        SystemReport[] systems = [.. stage.All];
        double highest = Math.Max(systems.Max(system => system.Quality[0].High), 1e-9);
        string label = $"{measure} of each system with its 95 % interval";
        using var svg = html.Open("svg", ("viewBox", FormattableString.Invariant($"0 0 {Width} {(RowHeight * systems.Length) + 8}")),
            ("role", "group"), ("aria-label", label));
        for (int i = 0; i < systems.Length; i++)
        {
            var (mean, low, high) = (systems[i].Mean, systems[i].Quality[0].Low, systems[i].Quality[0].High);
            double top = (RowHeight * i) + 20;
            double middle = top + (BarHeight / 2);
            string text = $"{systems[i].Name}: {Figures.Quality(mean)}, interval {Figures.Quality(low)} to {Figures.Quality(high)}";
            html.Element("text", systems[i].Name, ("class", "name"), ("x", Left), ("y", top - 5));
            using (html.Open("rect", ("class", $"mark {ChartFrame.Style(i)}"), ("x", Left), ("y", top), ("width", X(mean) - Left),
                ("height", BarHeight), ("role", "img"), ("tabindex", 0), ("aria-label", text)))
            {
                html.Element("title", text);
            }

            foreach (var (x1, x2, half) in new[] { (low, high, 0), (low, low, Whisker), (high, high, Whisker) })
            {
                html.Element("line", "", ("class", "whisker"), ("x1", X(x1)), ("x2", X(x2)), ("y1", middle - half), ("y2", middle + half));
            }

            html.Element("text", Figures.Quality(mean), ("class", "value"), ("x", X(high) + 8), ("y", middle + 4));
        }

        double X(double value) => Left + (Math.Clamp(value / highest, 0, 1) * (Right - Left));
    }
}
