using System.Runtime.CompilerServices;

namespace Resift;

/// <summary>Refuses arguments that are no shares, NaN included.</summary>
internal static class UnitInterval
{
    /// <summary>Refuses what is not in [0, 1].</summary>
    public static void ThrowIfOutside(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (value is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; a number from 0 to 1 was expected.");
        }
    }

    /// <summary>Refuses what is not in (0, 1].</summary>
    public static void ThrowIfOutsideOrZero(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (value is not (> 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; a number above 0 and up to 1 was expected.");
        }
    }
}
