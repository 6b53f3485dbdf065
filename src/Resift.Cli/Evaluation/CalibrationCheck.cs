using Resift.Evaluation;

namespace Resift.Cli;

/// <summary>How scores become probabilities.</summary>
internal enum CalibrationMethod
{
    /// <summary>By a logistic curve of two parameters.</summary>
    Platt,

    /// <summary>By steps that only rise.</summary>
    Isotonic,

    /// <summary>By one divisor of the logits.</summary>
    Temperature,
}

/// <summary>
/// Measures how far probabilities are from the truth, and what calibration would gain on queries that it has not seen: fitted on the one
/// half of the queries, it is held against the other.
/// </summary>
internal static class CalibrationCheck
{
    private const string Raw = "as they come";

    /// <summary>Measures probabilities as they come, and after each calibration that can be fitted.</summary>
    /// <param name="examples">The judged scores.</param>
    /// <param name="scale">Their scale: logits or probabilities.</param>
    public static IReadOnlyList<CalibrationReport> Of(IReadOnlyList<JudgedExample> examples, ScoreScale scale)
    {
        var logits = Logits(examples, scale);
        var reports = new List<CalibrationReport>
        {
            Report(Raw, logits.Select(example => (ScoreScale.Logit.Convert(example.Score, ScoreScale.Probability), example.IsRelevant))),
        };
        foreach (var method in (CalibrationMethod[])[CalibrationMethod.Platt, CalibrationMethod.Isotonic])
        {
            if (Unseen(method, logits) is { } calibrated)
            {
                reports.Add(Report(Name(method), calibrated));
            }
        }

        return reports;
    }

    /// <summary>Gets a method's name, as it is typed.</summary>
    public static string Name(CalibrationMethod method) => method.ToString().ToLowerInvariant();

    /// <summary>Gets the scores as logits; one of a probability of 0 or 1 is left out, since it has none.</summary>
    public static IReadOnlyList<JudgedExample> Logits(IReadOnlyList<JudgedExample> examples, ScoreScale scale) =>
    [
        .. examples.Select(example => example with { Score = scale.Convert(example.Score, ScoreScale.Logit) })
            .Where(example => double.IsFinite(example.Score)),
    ];

    /// <summary>Fits a calibration.</summary>
    /// <exception cref="ArgumentException">The examples do not allow it; the message says why.</exception>
    public static ScoreCalibration Fit(CalibrationMethod method, IEnumerable<JudgedExample> logits)
    {
        var scores = logits.Select(example => new JudgedScore(example.Score, example.IsRelevant));
        return method switch
        {
            CalibrationMethod.Platt => PlattCalibration.Fit(scores, smoothed: true),
            CalibrationMethod.Temperature => TemperatureCalibration.Fit(scores),
            _ => IsotonicCalibration.Fit(scores),
        };
    }

    /// <summary>Gets calibrated probabilities of each half of the queries by the other half; null where one half allows no fit.</summary>
    public static IReadOnlyList<(double Probability, bool IsRelevant)>? Unseen(
        CalibrationMethod method, IReadOnlyList<JudgedExample> logits)
    {
        string[] queries = [.. logits.Select(example => example.QueryId).Distinct()];
        var half = QuerySample.Draw(queries, (queries.Length + 1) / 2, seed: 0).ToHashSet();
        try
        {
            return [.. Calibrated(inHalf: true), .. Calibrated(inHalf: false)];
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return null;
        }

        IEnumerable<(double Probability, bool IsRelevant)> Calibrated(bool inHalf)
        {
            var calibration = Fit(method, logits.Where(example => half.Contains(example.QueryId) != inHalf));
            return logits.Where(example => half.Contains(example.QueryId) == inHalf)
                .Select(example => (calibration.Calibrate(example.Score), example.IsRelevant));
        }
    }

    /// <summary>Gets the curve of probabilities.</summary>
    public static CalibrationReport Report(string name, IEnumerable<(double Probability, bool IsRelevant)> examples)
    {
        var curve = ReliabilityCurve.Of(examples);
        var bins = curve.Bins.Where(bin => bin.Count > 0);
        return new(
            name,
            curve.ExpectedCalibrationError,
            [.. bins.Select(bin => new CalibrationBin(bin.MeanProbability, bin.RelevantShare, bin.Count))]);
    }
}
