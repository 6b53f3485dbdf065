using System.Text.Json;
using System.Text.Json.Serialization;

namespace Resift;

/// <summary>A calibration as it stands in JSON: <c>{"version": 1, "kind": "platt", "slope": 0.66, "intercept": -1.03}</c>.</summary>
internal sealed record CalibrationFile
{
    private const int CurrentVersion = 1;
    private const string Platt = "platt";
    private const string Temperature = "temperature";
    private const string Isotonic = "isotonic";

    public int? Version { get; init; }

    public string? Kind { get; init; }

    public double? Slope { get; init; }

    public double? Intercept { get; init; }

    [JsonPropertyName("temperature")]
    public double? TemperatureValue { get; init; }

    public double[]? Scores { get; init; }

    public double[]? Probabilities { get; init; }

    public static string Write(ScoreCalibration calibration)
    {
        var file = new CalibrationFile { Version = CurrentVersion };
        file = calibration switch
        {
            PlattCalibration platt => file with { Kind = Platt, Slope = platt.Slope, Intercept = platt.Intercept },
            TemperatureCalibration temperature => file with { Kind = Temperature, TemperatureValue = temperature.Temperature },
            IsotonicCalibration isotonic =>
                file with { Kind = Isotonic, Scores = [.. isotonic.Scores], Probabilities = [.. isotonic.Probabilities] },
            _ => throw new NotSupportedException($"A {calibration.GetType().Name} cannot be written as JSON."),
        };
        return JsonSerializer.Serialize(file, CalibrationJsonContext.Default.CalibrationFile);
    }

    public static ScoreCalibration Read(string json)
    {
        try
        {
            var file = JsonSerializer.Deserialize(json, CalibrationJsonContext.Default.CalibrationFile);
            return file is null ? throw new InvalidDataException("It holds null; a JSON object was expected.") : file.ToCalibration();
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"It is not the JSON of a calibration: {error.Message}", error);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"Its numbers are not those of a calibration: {error.Message}", error);
        }
    }

    private ScoreCalibration ToCalibration()
    {
        if (Version != CurrentVersion)
        {
            throw new InvalidDataException(Version is null
                ? $"It has no 'version'; {CurrentVersion} was expected. Is it a calibration?"
                : $"Its version is {Version}, and this release reads {CurrentVersion}. Fit it again, or update Resift.");
        }

        return Kind switch
        {
            Platt => new PlattCalibration(Required(Slope, "slope"), Required(Intercept, "intercept")),
            Temperature => new TemperatureCalibration(Required(TemperatureValue, "temperature")),
            Isotonic => new IsotonicCalibration(
                Scores ?? throw Missing("scores"), Probabilities ?? throw Missing("probabilities")),
            _ => throw new InvalidDataException($"Its kind is '{Kind}'; '{Platt}', '{Temperature}' or '{Isotonic}' was expected."),
        };
    }

    private double Required(double? value, string name) => value ?? throw Missing(name);

    private InvalidDataException Missing(string name) => new($"It is of the kind '{Kind}' and has no '{name}'.");
}

/// <summary>Reads and writes calibrations without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(CalibrationFile))]
internal sealed partial class CalibrationJsonContext : JsonSerializerContext;
