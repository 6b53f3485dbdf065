using System.Globalization;
using System.Text.Json;

namespace Resift.Mcp;

/// <summary>What a model called a tool with. Models write numbers as texts, and single items where lists are expected, at times.</summary>
internal sealed class ToolArguments(IDictionary<string, JsonElement>? arguments)
{
    /// <summary>Gets a text that has to be there.</summary>
    /// <exception cref="ToolProblem">It is not, or says nothing.</exception>
    public string Text(string name, string what) =>
        Find(name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { } text && !string.IsNullOrWhiteSpace(text)
            ? text
            : throw new ToolProblem($"'{name}' {State(name)}; {what} was expected. Call again with it.");

    /// <summary>Gets a whole number; null if it is absent.</summary>
    /// <exception cref="ToolProblem">It is none, or out of range.</exception>
    public int? Number(string name, int least, int most)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        double? number = value.ValueKind switch
        {
            JsonValueKind.Number => value.GetDouble(),
            JsonValueKind.String when double.TryParse(
                value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) => parsed,
            _ => null,
        };
        return number is { } whole && Math.Floor(whole) == whole && whole >= least && whole <= most
            ? (int)whole
            : throw new ToolProblem($"'{name}' {State(name)}; a whole number from {least} to {most} was expected.");
    }

    /// <summary>Gets texts, or one; none if they are absent.</summary>
    /// <exception cref="ToolProblem">They are something else.</exception>
    public string[] Texts(string name, string what) => Find(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.String } one => [one.GetString()!],
        { ValueKind: JsonValueKind.Array } several when several.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String) =>
            [.. several.EnumerateArray().Select(item => item.GetString()!)],
        _ => throw new ToolProblem($"'{name}' {State(name)}; {what} was expected."),
    };

    /// <summary>Gets an argument; null if it is absent or null.</summary>
    public JsonElement? Find(string name) =>
        arguments?.TryGetValue(name, out var value) is true && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? value
            : null;

    private string State(string name) => Find(name) switch
    {
        null => "is missing",
        { ValueKind: JsonValueKind.String } value when string.IsNullOrWhiteSpace(value.GetString()) => "is empty",
        { ValueKind: JsonValueKind.Object or JsonValueKind.Array } value => $"is an {value.ValueKind.ToString().ToLowerInvariant()}",
        { } value => $"is {Shown(value.GetRawText())}",
    };

    private static string Shown(string text) => text.Length <= 40 ? text : $"{text[..40]}…";
}
