using System.Net;
using System.Text;
using System.Text.Json;

namespace Resift;

/// <summary>Creates an exception of an answer that is an error, whoever gave it: the provider, or a proxy in between.</summary>
internal static class ProviderError
{
    private const int MaxMessageLength = 500;

    private static readonly string[] _requestIdHeaders =
        ["x-request-id", "request-id", "x-amzn-requestid", "apim-request-id", "x-debug-trace-id", "x-ms-request-id", "cf-ray"];

    /// <summary>Determines whether the same request may succeed later. The one place that decides on HTTP statuses.</summary>
    public static bool IsTransient(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests ||
        ((int)status >= 500 && status is not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported));

    public static RerankerException Create(
        HttpResponseMessage response, byte[] body, ProviderProfile profile, ApiKey key, TimeProvider clock)
    {
        var (message, id) = Read(body);
        string said = key.Redact(message ?? PlainText(response, body)) is { Length: > 0 } text
            ? $": {Short(text)}"
            : ", without saying why";
        var wait = WaitHeaders.Read(response, clock.GetUtcNow());
        var status = response.StatusCode;
        return new($"{profile.DisplayName} answered {(int)status} ({Name(status)}){said.TrimEnd('.')}.{Advice(status, profile, wait)}")
        {
            StatusCode = status,
            RequestId = RequestId(response) ?? id,
            IsTransient = IsTransient(status),
            RetryAfter = wait,
        };
    }

    /// <summary>Gets the provider's name of the request, by its headers.</summary>
    public static string? RequestId(HttpResponseMessage response)
    {
        foreach (string header in _requestIdHeaders)
        {
            if (response.Headers.TryGetValues(header, out var values))
            {
                return Short(values.First());
            }
        }

        return null;
    }

    private static string Name(HttpStatusCode status) => (int)status switch
    {
        498 => "InvalidToken",
        499 => "ClientClosedRequest",
        _ => status.ToString(),
    };

    private static string Advice(HttpStatusCode status, ProviderProfile profile, TimeSpan? wait) => (int)status switch
    {
        401 or 403 or 498 => $" Check the key, in {string.Join(" or ", profile.KeyVariables)}.",
        402 => " Check the account's balance.",
        404 => " Check the model and the endpoint's address.",
        413 => $" Lower {nameof(HttpRerankerOptions)}.{nameof(HttpRerankerOptions.MaxDocumentsPerRequest)}.",
        >= 300 and < 400 => " Redirects are not followed, since the key would go along: give the endpoint's final address.",
        _ => wait is { } time ? $" It asks to wait {time.TotalSeconds:0.###} s." : "",
    };

    // Null for a body that is no JSON; an empty message for JSON that says nothing.
    private static (string? Message, string? Id) Read(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return (Message(json.RootElement) ?? "", Text(json.RootElement, "id") ?? Text(json.RootElement, "request_id"));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The latter for a text that is no text: escapes of half a character.
            return default;
        }
    }

    // Cohere, Bedrock: message. Voyage, Jina: detail. TEI: error with error_type. vLLM, llama.cpp, Together, Pinecone: error.message.
    private static string? Message(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Array => Joined(json),
        JsonValueKind.Object => Inner(json, "message") ?? Inner(json, "detail") ?? Inner(json, "error") ?? Inner(json, "msg"),
        _ => null,
    };

    private static string? Inner(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? Message(value) : null;

    private static string? Joined(JsonElement list) =>
        string.Join("; ", list.EnumerateArray().Take(3).Select(Message).OfType<string>()) is { Length: > 0 } text ? text : null;

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? Short(value.GetString()!)
            : null;

    private static string PlainText(HttpResponseMessage response, byte[] body) =>
        response.Content.Headers.ContentType?.MediaType == "text/html" || body.AsSpan().TrimStart(" \t\r\n"u8).StartsWith("<"u8)
            ? "an HTML page, so it is probably not the API that answered"
            : Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 4 * MaxMessageLength)).Trim();

    private static string Short(string text)
    {
        string line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= MaxMessageLength ? line : line[..MaxMessageLength] + "…";
    }
}
