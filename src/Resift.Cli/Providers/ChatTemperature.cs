using System.Globalization;

namespace Resift.Cli;

/// <summary>A sampling temperature as somebody set it: a number, or that none is sent.</summary>
/// <param name="Value">The number; null for none.</param>
internal readonly record struct ChatTemperature(float? Value)
{
    /// <summary>What is expected, for messages.</summary>
    public const string Expected = "a number from 0 to 2, or none";

    private const string None = "none";
    private const float Highest = 2;

    /// <summary>Reads a temperature; null if it is none.</summary>
    public static ChatTemperature? Parse(string text) =>
        text.Equals(None, StringComparison.OrdinalIgnoreCase) ? new(null)
        : float.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out float number) && number <= Highest
            ? new(number)
            : null;
}
