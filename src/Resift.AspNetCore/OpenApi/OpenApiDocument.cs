using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace Resift.AspNetCore;

/// <summary>
/// Creates the OpenAPI document of the endpoints that have an <see cref="OperationDescription"/>, under whatever prefix they are mapped.
/// </summary>
internal sealed class OpenApiDocument(EndpointDataSource endpoints)
{
    private const string Json = "application/json";

    private static readonly string[] _statusesToRetry = ["429", "503"];

    private static readonly Dictionary<string, string> _tags = new()
    {
        ["Rankings"] = "Documents by how well they answer a query. Where a path has several dialects, fields tell which is spoken.",
        ["Embeddings"] = "Vectors of texts.",
        ["Resift"] = "Rankings and searches with all that is known of them; errors are problem details.",
        ["About"] = "What the server says of itself.",
        ["Health"] = "Whether it is there, and takes requests. Needs no key.",
    };

    private readonly Lock _lock = new();
    private byte[]? _bytes;

    /// <summary>Answers with the document. Nothing in it depends on the server's models or keys, so that it needs none.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        lock (_lock)
        {
            // Made when it is first asked for, since endpoints may be mapped until the server starts.
            _bytes ??= Encoding.UTF8.GetBytes(Create().ToJsonString());
        }

        context.Response.ContentType = Json;
        context.Response.ContentLength = _bytes.Length;
        return context.Response.Body.WriteAsync(_bytes, context.RequestAborted).AsTask();
    }

    private JsonObject Create()
    {
        var schemas = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        var paths = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        var tags = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<OperationDescription>() is not { } description)
            {
                continue;
            }

            string path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            string method = endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods[0].ToLowerInvariant();
            paths.TryAdd(path, new JsonObject());
            paths[path]![method] = Operation(method, path, description, schemas);
            tags.Add(description.Tag);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "Resift",
                ["version"] = typeof(OpenApiDocument).Assembly.GetName().Version!.ToString(3),
                ["description"] = "A reranking and embedding server in the dialects of others. An explicit null means that a field is " +
                    "absent, and fields that a dialect does not know are ignored. What is no HTTP, and paths and methods that are none, " +
                    "the web server refuses with 400, 404, 405, 408, 413, 414 or 431 and without a body.",
                ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["security"] = new JsonArray(
                new JsonObject { ["bearer"] = new JsonArray() }, new JsonObject { ["apiKey"] = new JsonArray() },
                new JsonObject { ["xApiKey"] = new JsonArray() }, new JsonObject()),
            ["tags"] = new JsonArray([.. tags.Select(tag => new JsonObject
            {
                ["name"] = tag,
                ["description"] = _tags.GetValueOrDefault(tag),
            })]),
            ["paths"] = new JsonObject(paths),
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                    ["apiKey"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "Api-Key" },
                    ["xApiKey"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "X-Api-Key" },
                },
                ["schemas"] = new JsonObject(schemas),
            },
        };
    }

    private static JsonObject Operation(
        string method, string path, OperationDescription description, SortedDictionary<string, JsonNode?> schemas)
    {
        var all = description.Samples();
        var operation = new JsonObject
        {
            ["operationId"] = $"{method}{path.Replace('/', '_').Replace('-', '_')}",
            ["tags"] = new JsonArray(description.Tag),
            ["summary"] = description.Summary,
        };
        if (all.Any(samples => samples.Requests.Count > 0))
        {
            operation["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = Content(Json, all, "Request", samples => samples.Requests, samples => samples.Examples, schemas),
            };
        }

        var responses = new JsonObject { ["200"] = Response("200", Json, all, "Answer", samples => samples.Answers, schemas) };
        foreach (int status in all.SelectMany(samples => samples.Errors.Keys).Distinct().Order())
        {
            string text = status.ToString(CultureInfo.InvariantCulture);
            responses[text] = Response(
                text, all[0].ErrorMediaType, all, $"Error{text}", samples => samples.Errors.GetValueOrDefault(status, []),
                schemas);
        }

        operation["responses"] = responses;
        return operation;
    }

    private static JsonObject Response(
        string status, string mediaType, IReadOnlyList<DialectSamples> all, string part, Func<DialectSamples, IReadOnlyList<JsonNode>> of,
        SortedDictionary<string, JsonNode?> schemas)
    {
        var headers = new JsonObject();
        if (all[0].Errors.ContainsKey(StatusCodes.Status401Unauthorized))
        {
            headers["X-Request-Id"] = Header("string", "The name of the request, in the server's log too.");
        }

        if (status == "401")
        {
            headers["WWW-Authenticate"] = Header("string", "`Bearer`: how to name a key.");
        }

        if (_statusesToRetry.Contains(status))
        {
            headers["Retry-After"] = Header("integer", "In how many seconds to come again.");
        }

        if (status == "200" && all[0].Requests.Count > 0)
        {
            headers["X-Resift-Model"] = Header("string", "The model that answered.");
            headers["X-Resift-Truncated"] = Header("integer", "How many texts were not read to their end, if any.");
            headers["X-Resift-Degraded"] = Header("string", "`true` for an answer that a fallback gave, or that is not complete.");
        }

        return new()
        {
            ["description"] = ReasonPhrases.GetReasonPhrase(int.Parse(status, CultureInfo.InvariantCulture)),
            ["headers"] = headers,
            ["content"] = Content(mediaType, all, part, of, of, schemas),
        };
    }

    private static JsonObject Header(string type, string description) =>
        new() { ["description"] = description, ["schema"] = new JsonObject { ["type"] = type } };

    private static JsonObject Content(
        string mediaType, IReadOnlyList<DialectSamples> all, string part, Func<DialectSamples, IReadOnlyList<JsonNode>> of,
        Func<DialectSamples, IReadOnlyList<JsonNode>> examplesOf, SortedDictionary<string, JsonNode?> schemas)
    {
        var references = new JsonArray();
        var examples = new JsonObject();
        foreach (var samples in all.Where(samples => of(samples).Count > 0))
        {
            string name = $"{samples.Name}.{part}";
            schemas.TryAdd(name, SampleSchema.Of(of(samples)));
            references.Add((JsonNode)new JsonObject { ["$ref"] = $"#/components/schemas/{name}" });
            var shown = examplesOf(samples);
            for (int i = 0; i < shown.Count; i++)
            {
                examples[i == 0 ? samples.Name : $"{samples.Name}-{i + 1}"] = new JsonObject { ["value"] = shown[i].DeepClone() };
            }
        }

        return new()
        {
            [mediaType] = new JsonObject
            {
                ["schema"] = references.Count == 1 ? references[0]!.DeepClone() : new JsonObject { ["anyOf"] = references },
                ["examples"] = examples,
            },
        };
    }
}
