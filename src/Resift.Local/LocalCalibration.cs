using Resift.Local.Configuration;

namespace Resift;

/// <summary>
/// How the logits of a cross-encoder become probabilities: 1 / (1 + e^−(slope · logit + intercept)), fitted
/// on judged examples (Platt 1999).
/// </summary>
/// <remarks>
/// It lies beside the weights as <see cref="FileName"/>, in the form that <c>PlattCalibration</c> of Resift saves, so that a model and its
/// scale travel together.
/// </remarks>
public sealed record LocalCalibration
{
    /// <summary>The name of the file in the model's folder.</summary>
    public const string FileName = "resift_calibration.json";

    /// <summary>Gets by how much the log-odds rise with the logit; above 0.</summary>
    public required double Slope { get; init; }

    /// <summary>Gets the log-odds of a document whose logit is 0.</summary>
    public required double Intercept { get; init; }

    /// <summary>Gets what it was fitted on, in words; null if the file does not say.</summary>
    public string? FittedOn { get; init; }

    /// <summary>Returns the probability that a document is relevant.</summary>
    /// <param name="logit">The logit that the model's head gives.</param>
    /// <returns>The probability, in [0, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="logit"/> is NaN.</exception>
    public double Probability(double logit) => ScoreScale.Logit.Convert((Slope * logit) + Intercept, ScoreScale.Probability);

    /// <summary>Returns the logit that the model's head gave, which is what another runtime computes from the same weights.</summary>
    /// <param name="probability">The calibrated probability, in [0, 1].</param>
    /// <returns>The logit; infinite for the probabilities 0 and 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is none.</exception>
    public double HeadLogit(double probability) => (ScoreScale.Probability.Convert(probability, ScoreScale.Logit) - Intercept) / Slope;

    /// <summary>Reads the calibration of a model; null where its folder has none.</summary>
    internal static LocalCalibration? ReadOrNull(string folder)
    {
        if (ModelFolder.Find(folder, FileName) is not { } path)
        {
            return null;
        }

        var json = ConfigFile.ReadObject(path);
        const int KnownVersion = 1;
        if (json.Positive("version") is var version and not KnownVersion)
        {
            throw new InvalidDataException($"{path}: version is {version}, and this release reads {KnownVersion}. " +
                "Fit it again, or update Resift.");
        }

        if (json.Text("kind") is var kind and not "platt")
        {
            throw new NotSupportedException($"{path}: kind '{kind}' is not supported; supported: platt. " +
                "Put others around the reranker with UseCalibration.");
        }

        double slope = json.Number("slope");
        return slope > 0
            ? new() { Slope = slope, Intercept = json.Number("intercept"), FittedOn = json.TextOrNull("fitted_on") }
            : throw new InvalidDataException($"{path}: slope must be above 0, since a higher logit is more relevant; found {slope}.");
    }
}
