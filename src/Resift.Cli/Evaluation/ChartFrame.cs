namespace Resift.Cli;

/// <summary>A chart of two axes as SVG: its figure, its axes, and marks that can be reached by the keyboard and read aloud.</summary>
internal sealed class ChartFrame : IDisposable
{
    private const double Width = 460;
    private const double Height = 280;
    private const double Left = 58;
    private const double Right = 430;
    private const double Top = 14;
    private const double Bottom = 232;
    private const double MarkSize = 5;

    private readonly HtmlWriter _html;
    private readonly HtmlWriter.Scope _svg;
    private readonly (double Low, double High) _x;
    private readonly (double Low, double High) _y;

    private ChartFrame(HtmlWriter html, string label, (double Low, double High) x, (double Low, double High) y)
    {
        _html = html;
        _x = Wide(x);
        _y = Wide(y);
        _svg = html.Open("svg", ("viewBox", Invariant($"0 0 {Width} {Height}")), ("role", "group"), ("aria-label", label));
    }

    /// <summary>Writes the beginning of a chart.</summary>
    /// <param name="html">Where it is written.</param>
    /// <param name="label">What it shows, for who does not see it.</param>
    /// <param name="x">What the horizontal axis reaches from and to.</param>
    /// <param name="y">What the vertical axis reaches from and to.</param>
    public static ChartFrame Open(HtmlWriter html, string label, (double Low, double High) x, (double Low, double High) y) =>
        new(html, label, x, y);

    /// <summary>Writes the vertical axis with its lines and numbers.</summary>
    public void YAxis(string title, Func<double, string> format)
    {
        foreach (double tick in Figures.Ticks(_y.Low, _y.High))
        {
            _html.Void("line", ("class", "grid"), ("x1", Left), ("x2", Right), ("y1", Y(tick)), ("y2", Y(tick)));
            _html.Markup("</line>");
            _html.Element("text", format(tick), ("class", "tick"), ("x", Left - 6), ("y", Y(tick) + 4), ("text-anchor", "end"));
        }

        _html.Element("text", title, ("class", "axis"), ("x", 12.0), ("y", (Top + Bottom) / 2), ("text-anchor", "middle"),
            ("transform", Invariant($"rotate(-90 12 {(Top + Bottom) / 2})")));
    }

    /// <summary>Writes the horizontal axis.</summary>
    public void XAxis(string title, IEnumerable<(double Value, string Text)> ticks)
    {
        foreach (var (value, text) in ticks)
        {
            _html.Element("text", text, ("class", "tick"), ("x", X(value)), ("y", Bottom + 18), ("text-anchor", "middle"));
        }

        _html.Void("line", ("class", "base"), ("x1", Left), ("x2", Right), ("y1", Bottom), ("y2", Bottom));
        _html.Markup("</line>");
        _html.Element("text", title, ("class", "axis"), ("x", (Left + Right) / 2), ("y", Height - 8), ("text-anchor", "middle"));
    }

    /// <summary>Writes a line through points.</summary>
    public void Line(string style, IEnumerable<(double X, double Y)> points)
    {
        string path = string.Join(' ', points.Select(point => Invariant($"{X(point.X):0.#},{Y(point.Y):0.#}")));
        _html.Element("polyline", "", ("class", $"line {style}"), ("points", path));
    }

    /// <summary>Writes a mark, in the shape and colour of its series.</summary>
    public void Mark(int series, double x, double y, string label, bool isSpecial = false)
    {
        var (at, up) = (X(x), Y(y));
        const double Size = MarkSize;
        const double Wide = MarkSize + 1;
        string shape = (series % 4) switch
        {
            0 => Invariant($"M{at - Size:0.#} {up:0.#}a{Size} {Size} 0 1 0 {2 * Size} 0a{Size} {Size} 0 1 0 {-2 * Size} 0"),
            1 => Invariant($"M{at - Size:0.#} {up - Size:0.#}h{2 * Size}v{2 * Size}h{-2 * Size}z"),
            2 => Invariant($"M{at:0.#} {up - Wide:0.#}l{Wide} {2 * Size}h{-2 * Wide}z"),
            _ => Invariant($"M{at:0.#} {up - Wide:0.#}l{Wide} {Wide}l{-Wide} {Wide}l{-Wide} {-Wide}z"),
        };
        if (isSpecial)
        {
            _html.Element("circle", "", ("class", "ring"), ("cx", at), ("cy", up), ("r", MarkSize + 5));
        }

        Shape("path", label, ("class", $"mark {Style(series)}"), ("d", shape));
    }

    /// <summary>Writes a bar from the bottom.</summary>
    public void Bar(string style, double from, double to, double height, string label) => Shape(
        "rect", label, ("class", $"mark {style}"), ("x", X(from)), ("width", Math.Max(1, X(to) - X(from) - 1)), ("y", Y(height)),
        ("height", Math.Max(0, Bottom - Y(height))));

    /// <summary>Gets the style of a series.</summary>
    public static string Style(int series) => FormattableString.Invariant($"s{series % 6}");

    public void Dispose() => _svg.Dispose();

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    // One value alone has no extent.
    private static (double Low, double High) Wide((double Low, double High) range) =>
        range.High - range.Low > 1e-12 ? range : (range.Low - 0.5, range.High + 0.5);

    private void Shape(string tag, string label, params ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        using (_html.Open(tag, [.. attributes, ("role", "img"), ("tabindex", 0), ("aria-label", label)]))
        {
            _html.Element("title", label);
        }
    }

    private double X(double value) => Left + ((value - _x.Low) / (_x.High - _x.Low) * (Right - Left));

    private double Y(double value) => Bottom - ((value - _y.Low) / (_y.High - _y.Low) * (Bottom - Top));
}
