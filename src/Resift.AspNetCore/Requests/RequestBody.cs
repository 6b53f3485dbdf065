using System.Text.Json;

namespace Resift.AspNetCore;

/// <summary>
/// The JSON object that a client sent. Fields are read when they are asked for: an explicit null is absent, and what no dialect asks for
/// may be anything.
/// </summary>
internal sealed class RequestBody(JsonElement root)
{
    /// <summary>Determines whether there is such a field, and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>Gets a field; null if it is absent.</summary>
    public JsonElement? Find(string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    public string? Text(string name) => Find(name) is { } value ? TextOf(value, name) : null;

    public int? Number(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out int number) => number,
        { } value => throw Wrong(name, "a whole number", value),
    };

    /// <summary>Gets a whole number of at least 1.</summary>
    /// <exception cref="ServerProblem">It is none.</exception>
    public int? AtLeastOne(string name) => Number(name) switch
    {
        < 1 and var number => throw new ServerProblem(ProblemKind.Invalid, $"'{name}' is {number}; at least 1 was expected."),
        var number => number,
    };

    public double? Real(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out double number) && double.IsFinite(number) => number,
        { } value => throw Wrong(name, "a number", value),
    };

    public bool? Flag(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Wrong(name, "true or false", value),
    };

    public string[]? Names(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } value => [.. value.EnumerateArray().Select(item => TextOf(item, name))],
        { } value => throw Wrong(name, "an array of strings", value),
    };

    /// <summary>Gets a text.</summary>
    /// <exception cref="ServerProblem">It is none, or its letters cannot be: half a surrogate pair, bytes that are no UTF-8.</exception>
    public static string TextOf(JsonElement value, string name)
    {
        if (value.ValueKind is not JsonValueKind.String)
        {
            throw Wrong(name, "a string", value);
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new ServerProblem(ProblemKind.Malformed, $"'{name}' has a string that is not Unicode: its bytes are no UTF-8, or an " +
                "escape is half of a surrogate pair.");
        }
    }

    public static ServerProblem Wrong(string name, string expected, JsonElement value) =>
        new(ProblemKind.Invalid, $"'{name}' must be {expected}, but it is {NameOf(value)}.");

    private static string NameOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number that is not whole, or too large",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };
}
