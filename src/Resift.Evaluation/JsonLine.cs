using System.Text.Json;

namespace Resift.Evaluation;

/// <summary>A line with a JSON object, whose errors say where it is.</summary>
internal sealed class JsonLine : IDisposable
{
    private readonly JsonDocument _json;
    private readonly string _place;

    private JsonLine(JsonDocument json, string place) => (_json, _place) = (json, place);

    /// <summary>Determines whether a line is meant as one: no id begins with a brace.</summary>
    public static bool IsBegunBy(ReadOnlySpan<byte> line) => line.TrimStart(" \t"u8).StartsWith((byte)'{');

    /// <summary>Parses the line that was read last.</summary>
    /// <exception cref="InvalidDataException">It is no JSON object.</exception>
    public static JsonLine Parse(Utf8Input input)
    {
        var json = JsonText.Parse(input.Line, input.Name, input.LineNumber);
        if (json.RootElement.ValueKind == JsonValueKind.Object)
        {
            return new(json, input.Place);
        }

        using (json)
        {
            throw new InvalidDataException(
                $"{input.Place}: a JSON object was expected, but it is {JsonText.Kind(json.RootElement)}.");
        }
    }

    /// <summary>Gets a field that has to be there and a string.</summary>
    public string Text(string name) => OptionalText(name) ?? throw Missing(name);

    /// <summary>Gets a field that has to be a string if it is there.</summary>
    public string? OptionalText(string name) =>
        _json.RootElement.TryGetProperty(name, out var value) ? JsonText.ReadString(value, _place, $"the field '{name}'") : null;

    /// <summary>Gets a field that has to be a whole number.</summary>
    public int WholeNumber(string name)
    {
        var value = Number(name, "a whole number");
        return value.TryGetInt32(out int number) ? number : throw Unexpected(name, value, "a whole number");
    }

    /// <summary>Gets a field that has to be a finite number.</summary>
    public double Number(string name)
    {
        var value = Number(name, "a number");
        return value.TryGetDouble(out double number) && double.IsFinite(number) ? number : throw Unexpected(name, value, "a number");
    }

    public void Dispose() => _json.Dispose();

    private JsonElement Number(string name, string expected) => !_json.RootElement.TryGetProperty(name, out var value) ? throw Missing(name)
        : value.ValueKind == JsonValueKind.Number ? value
        : throw Unexpected(name, value, expected);

    private InvalidDataException Missing(string name) =>
        new($"{_place}: there is no field '{name}'; the record has {JsonText.Names(_json.RootElement)}.");

    private InvalidDataException Unexpected(string name, JsonElement value, string expected) => new(
        $"{_place}: the field '{name}' is {(value.ValueKind == JsonValueKind.Number ? value.GetRawText() : JsonText.Kind(value))}; " +
        $"{expected} was expected.");
}
