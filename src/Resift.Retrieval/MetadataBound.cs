using System.Globalization;

namespace Resift.Retrieval;

/// <summary>A value that has an order, as a number or as a date; a year alone is both.</summary>
internal readonly record struct MetadataBound(double? Number, DateTimeOffset? Date)
{
    private static readonly string[] _dates =
    [
        "yyyy", "yyyy-MM", "yyyy-MM-dd", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ssK",
        "yyyy-MM-ddTHH:mm:ss.FFFFFFF", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK",
    ];

    public bool IsNothing => Number is null && Date is null;

    public static MetadataBound Read(string text)
    {
        bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number);
        DateTimeOffset? date = DateTimeOffset.TryParseExact(
            text, _dates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out var moment)
            ? moment
            : null;
        return new(isNumber && double.IsFinite(number) ? number : null, date);
    }

    /// <summary>Compares as numbers if both are some, or else as dates.</summary>
    /// <returns>Null if one is neither of what the other is.</returns>
    public int? CompareTo(MetadataBound other) => (this, other) switch
    {
        ({ Number: { } mine }, { Number: { } yours }) => mine.CompareTo(yours),
        ({ Date: { } mine }, { Date: { } yours }) => mine.CompareTo(yours),
        _ => null,
    };
}

/// <summary>Patterns with <c>*</c>, <c>**</c> and <c>?</c>.</summary>
internal static class MetadataPattern
{
    /// <summary>Determines whether a value fits, in time that grows with the product of both lengths at most.</summary>
    public static bool Fits(string value, string pattern)
    {
        // Which beginnings of the value the pattern fits so far.
        bool[] fits = new bool[value.Length + 1];
        fits[0] = true;
        for (int at = 0; at < pattern.Length; at++)
        {
            char sign = pattern[at];
            if (sign == '*')
            {
                bool crossesSlashes = at + 1 < pattern.Length && pattern[at + 1] == '*';
                at += crossesSlashes ? 1 : 0;
                for (int i = 0; i < value.Length; i++)
                {
                    fits[i + 1] |= fits[i] && (crossesSlashes || value[i] != '/');
                }
            }
            else
            {
                for (int i = value.Length; i > 0; i--)
                {
                    fits[i] = sign == '?' ? FitsCharacter(value, i, fits) : fits[i - 1] && value[i - 1] == sign;
                }

                fits[0] = false;
            }
        }

        return fits[^1];
    }

    // A character outside the basic plane is a pair, and the end of its first half is the end of nothing.
    private static bool FitsCharacter(string value, int end, bool[] fits) =>
        end > 1 && char.IsSurrogatePair(value[end - 2], value[end - 1]) ? fits[end - 2]
        : (end == value.Length || !char.IsSurrogatePair(value[end - 1], value[end])) && value[end - 1] != '/' && fits[end - 1];
}
