using System.Runtime.CompilerServices;

namespace Resift;

/// <summary>Refuses parameters with which no calibration can be made.</summary>
internal static class CalibrationParameter
{
    /// <summary>Refuses what is not a finite number.</summary>
    public static void ThrowIfNotFinite(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(name, value, $"The {name} is {value}; a finite number was expected.");
        }
    }

    /// <summary>Refuses what is not a finite number above 0.</summary>
    public static void ThrowIfNotPositive(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!double.IsFinite(value) || value <= 0)
        {
            throw new ArgumentOutOfRangeException(name, value, $"The {name} is {value}; a finite number above 0 was expected, since a " +
                "higher score is more relevant.");
        }
    }
}
