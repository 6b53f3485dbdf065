using System.Text.Json;

namespace Resift;

/// <summary>Reads whole numbers, which models and JavaScript write with a decimal point at times.</summary>
internal static class WholeNumber
{
    /// <summary>Gets the value of a number such as 3 or 3.0; null if it is none, or not a whole one.</summary>
    public static int? Of(JsonElement json) => json.ValueKind == JsonValueKind.Number && json.TryGetDouble(out double value)
        && value == (int)value
            ? (int)value
            : null;
}
