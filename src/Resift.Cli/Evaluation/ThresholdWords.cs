namespace Resift.Cli;

/// <summary>Says what threshold to use.</summary>
internal static class ThresholdWords
{
    public static string Of(ThresholdReport report)
    {
        string judged = $"{Figures.Count(report.Relevant)} relevant documents and {Figures.Count(report.Others)} others were scored; " +
            "what nobody judged counts among the others.";
        string wanted = $"a precision of {Figures.Share(report.WantedPrecision)}";
        string advice = report.Recommended is { } point
            ? $"For {wanted}, keep scores from {Figures.Score(point.Threshold)} ({report.Scale}): " +
                $"{Figures.Share(point.Precision)} of what stays is relevant, and {Figures.Share(point.Recall)} of the relevant stays."
            : $"No threshold reaches {wanted} here.";
        string error = report.Calibrations is [var raw, ..] && report.Calibrations.MinBy(calibration => calibration.Error) is { } best
            ? $" Probabilities are off by {Figures.Quality(raw.Error)} on average{(best == raw
                ? ", and calibrating them gains nothing."
                : $", and by {Figures.Quality(best.Error)} after resift calibrate --method {best.Name}.")}"
            : "";
        return $"{advice}{error} {judged}";
    }
}
