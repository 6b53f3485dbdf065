using System.Net;
using System.Text;
using System.Text.Json;

namespace Resift;

/// <summary>Creates an exception of an answer that is an error, whoever gave it: the provider, or a proxy in between.</summary>
internal static class ProviderError
{
    private const int MaxMessageLength = 500;

    private const string HtmlPage = "an HTML page, so it is probably not the API that answered";

    private const string Smaller = $" Lower {nameof(HttpRerankerOptions)}.{nameof(HttpRerankerOptions.MaxDocumentsPerRequest)}.";

    private static readonly string[] _requestIdHeaders =
    [
        "x-pinecone-request-id", "x-request-id", "request-id", "x-amzn-requestid", "apim-request-id", "x-debug-trace-id",
        "x-ms-request-id", "cf-ray",
    ];

    /// <summary>Determines whether the same request may succeed later. The one place that decides on HTTP statuses.</summary>
    public static bool IsTransient(HttpResponseMessage response) => WaitHeaders.ShouldRetry(response) ?? IsTransient(response.StatusCode);

    public static RerankerException Create(
        HttpResponseMessage response, byte[] body, ProviderProfile profile, Uri address, Redaction redaction, HttpRerankerOptions options)
    {
        var (message, id) = Read(body);

        // Before it is cut: half a key is one, too.
        string text = redaction.Of(message ?? PlainText(response, body));
        string said = text is "" ? ", without saying why" : $": {Short(text)}";
        var wait = WaitHeaders.Read(response, options.TimeProvider.GetUtcNow());
        var status = response.StatusCode;
        string key = options.TokenProvider is null
            ? $"the key, in {string.Join(" or ", profile.KeyVariables)}"
            : $"the token, of {nameof(HttpRerankerOptions)}.{nameof(HttpRerankerOptions.TokenProvider)}";
        string advice = Advice(response, text, key, address, wait);
        return new(redaction.Of(
            $"{profile.DisplayName} answered {(int)status} ({Name(status)}){said.TrimEnd('.')}.{advice}"))
        {
            StatusCode = status,
            RequestId = redaction.OfName(RequestId(response) ?? id),
            IsTransient = IsTransient(response),
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
                return values.First().Trim();
            }
        }

        return null;
    }

    /// <summary>Finds what an answer says about an error; null if it says nothing.</summary>
    // Cohere, Bedrock: message. Voyage, Jina: detail. TEI: error with error_type. vLLM, llama.cpp, Together, Pinecone: error.message.
    public static string? Message(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Array => Joined(json),
        JsonValueKind.Object => Inner(json, "message") ?? Inner(json, "detail") ?? Inner(json, "error") ?? Located(json),
        _ => null,
    };

    /// <summary>Gets a text on one line of bounded length.</summary>
    public static string Short(string text)
    {
        string line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= MaxMessageLength ? line : line[..MaxMessageLength] + "…";
    }

    private static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests ||
        ((int)status >= 500 && status is not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported));

    private static string Name(HttpStatusCode status) => (int)status switch
    {
        498 => "InvalidToken",
        499 => "ClientClosedRequest",
        _ => status.ToString(),
    };

    private static string Advice(HttpResponseMessage response, string said, string key, Uri address, TimeSpan? wait) =>
        (int)response.StatusCode switch
        {
            401 or 403 or 498 when said != HtmlPage => $" Check {key}.",
            402 => " Check the account's balance.",
            404 => $" Check the model and the endpoint's address, {address.GetLeftPart(UriPartial.Path)}.",
            413 => Smaller,
            400 or 422 when said.Contains("batch size", StringComparison.OrdinalIgnoreCase) => Smaller,
            >= 300 and < 400 =>
                $" Redirects are not followed, since the key would go along: give the endpoint's final address{To(response)}.",
            < 500 when said == HtmlPage => $" Check the endpoint's address, {address.GetLeftPart(UriPartial.Path)}.",
            _ => wait is { } time ? $" It asks to wait {time.TotalSeconds:0.###} s." : "",
        };

    private static string To(HttpResponseMessage response) => response.Headers.Location is { } location
        ? $"; it points to {Short(location.IsAbsoluteUri ? location.GetLeftPart(UriPartial.Path) : location.ToString().Split('?')[0])}"
        : "";

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

    private static string? Inner(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? Message(value) : null;

    private static string? Joined(JsonElement list) =>
        string.Join("; ", list.EnumerateArray().Take(3).Select(Message).OfType<string>()) is { Length: > 0 } text ? text : null;

    // FastAPI says of each field where it is: ["body", "documents", 0].
    private static string? Located(JsonElement json)
    {
        string? message = Inner(json, "msg");
        return message is not null && json.TryGetProperty("loc", out var place) && place.ValueKind == JsonValueKind.Array
            ? $"{message} ({string.Join('.', place.EnumerateArray().Take(8).Select(part => part.ToString()))})"
            : message;
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static string PlainText(HttpResponseMessage response, byte[] body) =>
        response.Content.Headers.ContentType?.MediaType == "text/html" || body.AsSpan().TrimStart(" \t\r\n"u8).StartsWith("<"u8)
            ? HtmlPage
            : Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 4 * MaxMessageLength)).Trim();
}
