using System.Globalization;
using System.Text.Json;

namespace Resift;

/// <summary>Reads a grade of 0 to 3 from a model's answer.</summary>
internal static class GradeAnswer
{
    public const int MaxGrade = 3;
    private const string Property = "grade";

    /// <summary>Reads the grade: the JSON property, or the only whole number that the text has.</summary>
    /// <returns>The grade; null if there is none, or more than one.</returns>
    public static int? Read(LlmAnswer answer)
    {
        if (answer.ReadJson(Number) is { } number)
        {
            return IfGrade(int.TryParse(number.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int grade) ? grade : null);
        }

        int?[] numbers = [.. NumberToken.In(answer.Text).Select(token => token.Value).Distinct().Take(2)];
        return numbers is [var only] ? IfGrade(only) : null;
    }

    private static int? IfGrade(int? number) => number is >= 0 and <= MaxGrade ? number : null;

    private static string? Number(JsonElement json) =>
        json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(Property, out var grade) ? null
            : grade.ValueKind == JsonValueKind.String ? grade.GetString()
            : WholeNumber.Of(grade)?.ToString(CultureInfo.InvariantCulture) ?? grade.GetRawText();
}
