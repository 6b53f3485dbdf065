using System.Text.Json;
using System.Text.Json.Nodes;

namespace Resift;

/// <summary>Picks what an API documents out of a call's additional properties, which may hold things for other rerankers too.</summary>
internal static class ExtraFields
{
    public static Dictionary<string, JsonElement>? Read(RerankOptions? options, IReadOnlyList<string> names)
    {
        if (options?.AdditionalProperties is not { Count: > 0 } properties)
        {
            return null;
        }

        Dictionary<string, JsonElement>? extra = null;
        foreach (string name in names)
        {
            if (properties.TryGetValue(name, out object? value) && value is not null)
            {
                (extra ??= []).Add(name, ToJson(name, value));
            }
        }

        return extra;
    }

    private static JsonElement ToJson(string name, object value) => value switch
    {
        JsonElement element => element,
        JsonNode node => JsonElement.Parse(node.ToJsonString()),
        string text => JsonSerializer.SerializeToElement(text, ProvidersJsonContext.Wire.String),
        bool flag => JsonSerializer.SerializeToElement(flag, ProvidersJsonContext.Wire.Boolean),
        int number => JsonSerializer.SerializeToElement(number, ProvidersJsonContext.Wire.Int32),
        long number => JsonSerializer.SerializeToElement(number, ProvidersJsonContext.Wire.Int64),
        double number => JsonSerializer.SerializeToElement(number, ProvidersJsonContext.Wire.Double),
        _ => throw new NotSupportedException($"The additional property '{name}' is a {value.GetType()}; a string, bool, int, long, " +
            "double, JsonNode or JsonElement was expected, which can be sent as JSON."),
    };
}
