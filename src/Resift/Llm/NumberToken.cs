using System.Globalization;

namespace Resift;

/// <summary>A number in a text.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends; the next character's place.</param>
/// <param name="Value">The number; null if it is not a whole number that stands alone, such as 0.5 or the 4 of GPT4, or is too
/// large.</param>
internal readonly record struct NumberToken(int Start, int End, int? Value)
{
    /// <summary>Finds all numbers of a text, in time that grows with its length only.</summary>
    public static IEnumerable<NumberToken> In(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiDigit(text[i]))
            {
                continue;
            }

            int start = i;
            bool isWhole = start == 0 || !(char.IsLetter(text[start - 1]) || text[start - 1] is '-' or '.' or '_');
            for (; i < text.Length && (char.IsAsciiDigit(text[i]) || IsDecimalPoint(text, i)); i++)
            {
                isWhole &= text[i] != '.';
            }

            isWhole &= i == text.Length || !(char.IsLetter(text[i]) || text[i] == '_');
            isWhole &= int.TryParse(text.AsSpan(start, i - start), CultureInfo.InvariantCulture, out int value);
            yield return new(start, i, isWhole ? value : null);
        }
    }

    private static bool IsDecimalPoint(string text, int i) => text[i] == '.' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]);
}
