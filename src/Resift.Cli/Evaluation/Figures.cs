using System.Globalization;

namespace Resift.Cli;

/// <summary>Writes the figures of an evaluation the same way everywhere.</summary>
internal static class Figures
{
    /// <summary>What stands where nothing was measured.</summary>
    public const string Unknown = "–";

    public static string Quality(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    public static string Difference(double value) => value.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);

    public static string PValue(double value) =>
        value < 0.0001 ? "< 0.0001" : value.ToString(value < 0.01 ? "0.0000" : "0.000", CultureInfo.InvariantCulture);

    public static string Score(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    public static string Share(double value) => value.ToString("0.0 %", CultureInfo.InvariantCulture);

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Gets a time with the digits that mean something.</summary>
    public static string Time(double? milliseconds) => milliseconds switch
    {
        null => Unknown,
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.#} ms"),
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:N0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:N1} s"),
    };

    public static string Rate(double? perSecond) => perSecond is { } rate ? rate.ToString("N0", CultureInfo.InvariantCulture) : Unknown;

    public static string Cost(double? dollars) =>
        dollars is { } cost ? cost.ToString("0.####", CultureInfo.InvariantCulture) : Unknown;

    /// <summary>Gets round numbers between two others, about five of them.</summary>
    public static IReadOnlyList<double> Ticks(double low, double high)
    {
        double rough = (high - low) / 5;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * ((rough / power) switch
        {
            <= 1 => 1,
            <= 2 => 2,
            <= 5 => 5,
            _ => 10,
        });
        var ticks = new List<double>();

        // Added to what may be a negative zero, which would be written with its sign.
        for (double index = Math.Ceiling((low / step) - 1e-9) + 0.0; index * step <= high + (step * 1e-9); index++)
        {
            ticks.Add(index * step);
        }

        return ticks;
    }
}
