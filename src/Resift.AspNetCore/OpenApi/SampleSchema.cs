using System.Text.Json;
using System.Text.Json.Nodes;

namespace Resift.AspNetCore;

/// <summary>Creates the JSON Schema of samples, so that what the document says is what the code writes.</summary>
internal static class SampleSchema
{
    // A document in an answer is what the client sent, and may have any fields; metadata and stages have any names.
    private static readonly HashSet<string> _free = ["document", "documents", "input", "metadata", "milliseconds"];

    /// <summary>Creates the schema that all samples fit: a field that one of them lacks is not required.</summary>
    public static JsonObject Of(IEnumerable<JsonNode?> samples)
    {
        var all = samples.ToList();
        string[] types = [.. all.Select(TypeOf).Distinct()];
        // Every integer is a number too.
        types = types.Contains("number") ? [.. types.Where(type => type != "integer")] : types;
        var schema = new JsonObject
        {
            ["type"] = types.Length == 1 ? types[0] : new JsonArray([.. types.Order().Select(type => JsonValue.Create(type))]),
        };
        if (all.OfType<JsonArray>().ToList() is { Count: > 0 } arrays)
        {
            schema["items"] = Of(arrays.SelectMany(array => array));
        }

        if (all.OfType<JsonObject>().ToList() is { Count: > 0 } objects)
        {
            AddProperties(schema, objects);
        }

        return schema;
    }

    private static void AddProperties(JsonObject schema, List<JsonObject> objects)
    {
        string[] names = [.. objects.SelectMany(item => item.Select(property => property.Key)).Distinct()];
        var properties = new JsonObject();
        foreach (string name in names)
        {
            var values = objects.Where(item => item.ContainsKey(name)).Select(item => item[name]).ToList();
            properties[name] = _free.Contains(name) ? Free(values) : Of(values);
        }

        schema["properties"] = properties;
        string[] required = [.. names.Where(name => objects.TrueForAll(item => item.ContainsKey(name)))];
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]);
        }
    }

    private static JsonObject Free(List<JsonNode?> values)
    {
        var schema = Of(values);
        foreach (var level in (JsonObject?[])[schema, schema["items"] as JsonObject])
        {
            level?.Remove("properties");
            level?.Remove("required");
        }

        return schema;
    }

    private static string TypeOf(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => node.ToJsonString().AsSpan().ContainsAny('.', 'e', 'E') ? "number" : "integer",
    };
}
