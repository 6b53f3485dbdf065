using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Resift.AspNetCore;

/// <summary>Reads the body of a request, within bounds.</summary>
internal static class BodyReader
{
    // A name that comes twice means one thing to whoever checked the request and another to whoever answers it.
    private static readonly JsonDocumentOptions _json = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>Reads a body that is a JSON object; whoever calls disposes it.</summary>
    /// <exception cref="ServerProblem">It is too large or too slow, not said to be JSON, or none.</exception>
    public static async Task<JsonDocument> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        ThrowUnlessJson(request);
        if (request.ContentLength > maxBytes)
        {
            throw TooLarge(maxBytes);
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBytes;
        }

        JsonDocument document;
        try
        {
            document = await JsonDocument.ParseAsync(request.Body, _json, cancellationToken).ConfigureAwait(false);
        }
        catch (BadHttpRequestException exception)
        {
            throw exception.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => TooLarge(maxBytes),
                StatusCodes.Status408RequestTimeout => new ServerProblem(ProblemKind.TooSlow, "The body came too slowly."),
                _ => new ServerProblem(ProblemKind.Malformed, "The body ended before it was complete, or its framing is wrong."),
            };
        }
        catch (JsonException exception)
        {
            throw new ServerProblem(ProblemKind.Malformed,
                $"The body is no JSON that is taken here, in line {exception.LineNumber + 1}, byte {exception.BytePositionInLine}: one " +
                $"object was expected, nested at most {_json.MaxDepth} deep, without a name that comes twice, in UTF-8.");
        }
        catch (InvalidOperationException)
        {
            throw new ServerProblem(ProblemKind.Malformed, "The body has a name that is not Unicode.");
        }

        string? fault = document.RootElement.ValueKind is not JsonValueKind.Object ? "The body must be a JSON object."
            // A reader of JSON looks at the bytes of a string only when somebody asks for it.
            : !Utf8.IsValid(JsonMarshal.GetRawUtf8Value(document.RootElement)) ? "The body has bytes that are no UTF-8."
            : null;
        if (fault is not null)
        {
            document.Dispose();
            throw new ServerProblem(ProblemKind.Malformed, fault);
        }

        return document;
    }

    // Without a type, or with that of a form, a page in a browser may send to any address without asking first.
    private static void ThrowUnlessJson(HttpRequest request)
    {
        bool isJson = MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
                || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));
        string encoding = request.Headers.ContentEncoding.ToString();
        if (!isJson || encoding is not ("" or "identity"))
        {
            throw new ServerProblem(ProblemKind.MediaType,
                "The body must be JSON in UTF-8, not compressed: send the header 'Content-Type: application/json'.");
        }
    }

    private static ServerProblem TooLarge(int maxBytes) =>
        new(ProblemKind.TooLarge, $"The body has more than {maxBytes} bytes; send fewer documents in each request.");
}
