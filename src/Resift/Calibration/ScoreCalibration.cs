
namespace Resift;

/// <summary>Turns the logits of a reranker into probabilities that agree with judged examples.</summary>
/// <remarks>
/// Fit one with <see cref="PlattCalibration.Fit"/>, <see cref="TemperatureCalibration.Fit"/> or <see cref="IsotonicCalibration.Fit"/> for
/// each model and kind of data, keep it as JSON, and put it around the reranker with <see
/// cref="RerankerBuilderExtensions.UseCalibration"/>. Immutable, and safe for concurrent use.
/// </remarks>
public abstract class ScoreCalibration
{
    // Room for about half a million steps of an isotonic calibration.
    private const int LargestFile = 32 * 1024 * 1024;

    private protected ScoreCalibration()
    {
    }

    /// <summary>Gets the probability that a document with this score is relevant. It never falls as the score rises.</summary>
    /// <param name="logit">The score of the reranker, which may be infinite.</param>
    /// <returns>The probability, in [0, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="logit"/> is NaN.</exception>
    public double Calibrate(double logit) => double.IsNaN(logit)
        ? throw new ArgumentOutOfRangeException(nameof(logit), logit, "The score is NaN; a number was expected.")
        : Probability(logit);

    /// <summary>Writes the calibration as JSON.</summary>
    /// <returns>The text that <see cref="FromJson"/> reads.</returns>
    public string ToJson() => CalibrationFile.Write(this);

    /// <summary>Reads a calibration.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    /// <returns>The calibration.</returns>
    /// <exception cref="InvalidDataException">The text is no calibration; the message says what is wrong with it.</exception>
    public static ScoreCalibration FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return CalibrationFile.Read(json);
    }

    /// <summary>Writes the calibration into a file, in place of one that may be there. The file is whole or unchanged.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => WholeFile.Write(path, ToJson());

    /// <summary>Reads a calibration from a file.</summary>
    /// <param name="path">What <see cref="Save"/> wrote.</param>
    /// <returns>The calibration.</returns>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file holds no calibration; the message names it and says what is wrong.</exception>
    public static ScoreCalibration Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = new FileInfo(path);
        try
        {
            return file.Exists && file.Length > LargestFile
                ? throw new InvalidDataException($"It has {file.Length} bytes; a calibration has no more than {LargestFile}.")
                : FromJson(File.ReadAllText(path));
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"The calibration file '{path}' cannot be used. {error.Message}", error);
        }
    }

    /// <summary>Gets the probability for a score that is a number.</summary>
    private protected abstract double Probability(double logit);

    /// <summary>Gets 1 / (1 + e⁻ˣ).</summary>
    private protected static double Logistic(double logit) => ScoreScale.Logit.Convert(logit, ScoreScale.Probability);
}
