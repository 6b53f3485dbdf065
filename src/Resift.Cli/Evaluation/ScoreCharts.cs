using System.Globalization;

namespace Resift.Cli;

/// <summary>Draws what the scores of a reranker mean.</summary>
internal static class ScoreCharts
{
    /// <summary>Draws how scores of relevant and of other documents are distributed, each as shares of its own.</summary>
    public static void WriteDistribution(HtmlWriter html, ThresholdReport report)
    {
        var bins = report.Distribution;
        double highest = Math.Max(1e-9, bins.Max(bin => Math.Max(Share(bin.Relevant, report.Relevant), Share(bin.Others, report.Others))));
        using var chart = ChartFrame.Open(
            html, "Distribution of the scores of relevant and other documents", (bins[0].Low, bins[^1].High), (0, highest));
        chart.YAxis("share of documents", value => value.ToString("0 %", CultureInfo.InvariantCulture));
        chart.XAxis($"score ({report.Scale})", Ticks(bins[0].Low, bins[^1].High));
        foreach (var bin in bins)
        {
            double middle = (bin.Low + bin.High) / 2;
            string where = $"scores from {Figures.Score(bin.Low)} to {Figures.Score(bin.High)}";
            chart.Bar("s0", bin.Low, middle, Share(bin.Relevant, report.Relevant), $"{Figures.Count(bin.Relevant)} relevant, {where}");
            chart.Bar("s1", middle, bin.High, Share(bin.Others, report.Others), $"{Figures.Count(bin.Others)} others, {where}");
        }
    }

    /// <summary>Draws precision and recall against the threshold.</summary>
    public static void WriteThresholds(HtmlWriter html, ThresholdReport report)
    {
        var points = report.Points;
        var (low, high) = (points[0].Threshold, points[^1].Threshold);
        using var chart = ChartFrame.Open(html, "Precision and recall by threshold", (low, high), (0, 1));
        chart.YAxis("share", value => value.ToString("0.0", CultureInfo.InvariantCulture));
        chart.XAxis($"threshold ({report.Scale})", Ticks(low, high));
        chart.Line(ChartFrame.Style(0), points.Select(point => (point.Threshold, point.Precision)));
        chart.Line(ChartFrame.Style(1), points.Select(point => (point.Threshold, point.Recall)));
        foreach (var point in points)
        {
            string from = $"from {Figures.Score(point.Threshold)}";
            bool isRecommended = point == report.Recommended;
            chart.Mark(0, point.Threshold, point.Precision, $"precision {Figures.Share(point.Precision)} {from}", isRecommended);
            chart.Mark(1, point.Threshold, point.Recall, $"recall {Figures.Share(point.Recall)} {from}");
        }
    }

    /// <summary>Draws what share of documents is relevant against what their scores say.</summary>
    public static void WriteCalibration(HtmlWriter html, ThresholdReport report)
    {
        using var chart = ChartFrame.Open(html, "Share of relevant documents against the probability that scores say", (0, 1), (0, 1));
        chart.YAxis("share that is relevant", value => value.ToString("0.0", CultureInfo.InvariantCulture));
        chart.XAxis("probability", Ticks(0, 1));
        chart.Line("first", [(0, 0), (1, 1)]);
        for (int i = 0; i < report.Calibrations.Count; i++)
        {
            var calibration = report.Calibrations[i];
            chart.Line(ChartFrame.Style(i), calibration.Bins.Select(bin => (bin.Predicted, bin.Observed)));
            foreach (var bin in calibration.Bins)
            {
                chart.Mark(i, bin.Predicted, bin.Observed, $"{calibration.Name}: {Figures.Share(bin.Predicted)} said, " +
                    $"{Figures.Share(bin.Observed)} of {Figures.Count(bin.Count)} relevant");
            }
        }
    }

    private static double Share(int count, int total) => total == 0 ? 0 : (double)count / total;

    private static IEnumerable<(double Value, string Text)> Ticks(double low, double high) =>
        Figures.Ticks(low, high).Select(tick => (tick, Figures.Score(tick)));
}
