using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Resift.AspNetCore;

/// <summary>What a document may be in a dialect.</summary>
[Flags]
internal enum DocumentForms
{
    Text = 1,
    Object = 2,
}

/// <summary>A document as a client sent it: a string, or an object of which some fields are ranked.</summary>
/// <param name="Text">What is ranked.</param>
/// <param name="Source">What was sent.</param>
internal readonly record struct WireDocument(string Text, JsonElement Source)
{
    /// <summary>Reads a document.</summary>
    /// <param name="value">What was sent.</param>
    /// <param name="name">Its field and place, for errors.</param>
    /// <param name="forms">What it may be.</param>
    /// <param name="fields">The fields of an object that are ranked, in this order; null for all of them.</param>
    public static WireDocument Read(JsonElement value, string name, DocumentForms forms, IReadOnlyList<string>? fields) =>
        value.ValueKind switch
        {
            JsonValueKind.String when forms.HasFlag(DocumentForms.Text) => new(RequestBody.TextOf(value, name), value),
            JsonValueKind.Object when forms.HasFlag(DocumentForms.Object) => new(TextOfObject(value, name, fields), Readable(value, name)),
            _ => throw RequestBody.Wrong(name, forms switch
            {
                DocumentForms.Text => "a string",
                DocumentForms.Object => "an object",
                _ => "a string or an object",
            }, value),
        };

    /// <summary>Gets the document as it was sent, for an answer that outlives the request's body.</summary>
    public JsonNode AsSent() => Source.ValueKind is JsonValueKind.Object ? JsonObject.Create(Source.Clone())! : JsonValue.Create(Text);

    /// <summary>Gets the document as an object: the one that was sent, or one with the text.</summary>
    public JsonNode AsObject() =>
        Source.ValueKind is JsonValueKind.Object ? AsSent() : new JsonObject { ["text"] = JsonValue.Create(Text) };

    // One field is its text; several are lines of "name: value", the form that Cohere recommends for structured documents.
    private static string TextOfObject(JsonElement value, string name, IReadOnlyList<string>? fields)
    {
        string[] names = fields is null ? [.. value.EnumerateObject().Select(field => NameOf(field, name))] : [.. fields];
        var text = new StringBuilder();
        foreach (string field in names)
        {
            if (!value.TryGetProperty(field, out var content))
            {
                throw new ServerProblem(ProblemKind.Invalid, $"'{name}' has no field '{field}', which is to be ranked.");
            }

            string line = content.ValueKind is JsonValueKind.String
                ? RequestBody.TextOf(content, $"{name}.{field}")
                : content.GetRawText();
            if (names.Length == 1)
            {
                return line;
            }

            text.Append(text.Length > 0 ? "\n" : "").Append(field).Append(": ").Append(line);
        }

        return text.ToString();
    }

    // What is not ranked may be in the answer, which has to be JSON that can be read. Names were read with the body.
    private static JsonElement Readable(JsonElement value, string name)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                RequestBody.TextOf(value, name);
                break;
            case JsonValueKind.Object:
                foreach (var field in value.EnumerateObject())
                {
                    Readable(field.Value, name);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Readable(item, name);
                }

                break;
        }

        return value;
    }

    private static string NameOf(JsonProperty field, string name)
    {
        try
        {
            return field.Name;
        }
        catch (InvalidOperationException)
        {
            throw new ServerProblem(ProblemKind.Malformed, $"'{name}' has a field whose name is not Unicode.");
        }
    }
}
