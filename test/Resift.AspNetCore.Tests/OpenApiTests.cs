using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Resift.Retrieval;

namespace Resift.AspNetCore.Tests;

/// <summary>
/// The OpenAPI document, held against the server: every example is answered, and neither they nor what is made of them by force get an
/// answer that the document does not name.
/// </summary>
public sealed class OpenApiTests
{
    private static readonly string[] _models =
        ["rerank-2.5", "jina-reranker-v3", "mxbai-rerank-base-v2", "bge-reranker-v2-m3", "text-embedding-3-small"];

    // What no field has.
    private static readonly string[] _values = ["null", "-1", "1.5", "\"\"", "\"x\"", "[]", "{}", "true", "[null]", "[[1]]", "\"\\ud800\""];

    public static TheoryData<string, string> Operations() => [.. Document(DocumentBytes.Value)["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject().Select(method => new TheoryDataRow<string, string>(method.Key, path.Key)))];

    // Read once, since the names of the tests are in it.
    private static Lazy<byte[]> DocumentBytes { get; } = new(() => Task.Run(async () =>
    {
        await using var server = await StartAsync();
        return await server.Client.GetByteArrayAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
    }).GetAwaiter().GetResult());

    [Fact]
    public void Document_OfTheServer_HasEveryPathOfRerankRouteAndTheFacts()
    {
        var paths = Document(DocumentBytes.Value)["paths"]!.AsObject();

        Assert.Empty(RerankRoute.All.Select(route => route.Path).Except(paths.Select(path => path.Key)));
        Assert.All(
            (string[])["/v1/embeddings", "/v1/models", "/embed", "/info", "/health/ready"], path => Assert.True(paths.ContainsKey(path)));
    }

    [Fact]
    public void Document_OfTheServer_NamesEachOperationOnceAndRefersToWhatItHas()
    {
        string text = Encoding.UTF8.GetString(DocumentBytes.Value);
        var document = Document(DocumentBytes.Value);
        var schemas = document["components"]!["schemas"]!.AsObject();
        string[] ids = [.. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject())
            .Select(operation => operation.Value!["operationId"]!.GetValue<string>())];

        Assert.Equal(ids.Distinct(), ids);
        Assert.All(text.Split("\"$ref\":\"#/components/schemas/").Skip(1), part => Assert.True(schemas.ContainsKey(part.Split('"')[0])));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Operation_AskedByItsExamplesAndWhatIsMadeOfThem_AnswersAsTheDocumentSays(string method, string path)
    {
        await using var server = await StartAsync();
        var check = new Check(server, method, path);
        if (method == "get")
        {
            Assert.Equal(200, await check.SendAsync(body: null));
            return;
        }

        foreach (var example in check.Examples)
        {
            string body = example.ToJsonString();
            Assert.Equal(200, await check.SendAsync(body));
            await check.SendAsync(body, header: ("X-Pinecone-Api-Version", "2025-10"));
            foreach (string field in example.Select(property => property.Key))
            {
                foreach (string value in _values)
                {
                    await check.SendAsync(With(example, field, value));
                }

                // Twice the same name, none of it, and more of it than is taken.
                await check.SendAsync(With(example, $"{field}\":1,\"{field}", "1"));
                var without = example.DeepClone().AsObject();
                without.Remove(field);
                await check.SendAsync(without.ToJsonString());
                if (example[field] is JsonArray array)
                {
                    string items = string.Join(',', Enumerable.Repeat(array, 5).SelectMany(all => all.Select(Text)));
                    await check.SendAsync(With(example, field, $"[{items}]"));
                }
            }

            await check.SendAsync(body[..(body.Length / 2)]);
        }

        Assert.Equal(413, await check.SendAsync($"{{\"a\":\"{new string('a', 20_000)}\"}}"));
        Assert.Equal(415, await check.SendAsync("{}", "text/plain"));
        Assert.Equal(415, await check.SendAsync("{}", "application/json; charset=utf-16"));
        Assert.Contains(await check.SendAsync(With(check.Examples[^1], "model", "\"nobody\"")), (int[])[400, 404]);
        Assert.Equal(400, await check.SendAsync(""));
        Assert.Equal(400, await check.SendAsync("[]"));
        Assert.Contains(await check.SendAsync("{}"), (int[])[400, 422]);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Operation_OfAServerWithKeys_AnswersAsTheDocumentSays(string method, string path)
    {
        await using var server = await StartAsync(options => options.Keys.Add(
            new() { Name = "a", Hash = ResiftServerOptions.HashKey("a"), Models = ["hash"], RequestsPerMinute = 1 }));
        var check = new Check(server, method, path);
        string? body = method == "get" ? null : check.Examples[0].ToJsonString();

        int without = await check.SendAsync(body);
        int with = await check.SendAsync(body, header: ("Api-Key", "a"));
        int again = await check.SendAsync(body, header: ("Api-Key", "a"));

        Assert.Equal(path.Contains("/health", StringComparison.Ordinal) ? 200 : 401, without);
        Assert.Equal(method == "get" ? with : 429, again);
    }

    private static Task<TestServer> StartAsync(Action<ResiftServerOptions>? configure = null) => TestServer.StartAsync(options =>
    {
        options.AddRetriever("docs");
        options.MaxBodyBytes = 16 * 1024;
        options.MaxDocuments = 3;
        foreach (string model in _models)
        {
            options.Aliases[model] = model.StartsWith("text", StringComparison.Ordinal) ? "hash" : "words";
        }

        configure?.Invoke(options);
    }, addServices: services => services.AddSingleton<IRetriever>(new Bm25Retriever([new("git.md", "undo a commit by git revert")])));

    private static JsonNode Document(byte[] bytes) => JsonNode.Parse(bytes)!;

    // By text, since the node would not hold what is no JSON.
    private static string With(JsonObject example, string field, string value)
    {
        var others = example.Where(property => property.Key != field).Select(property => $"\"{property.Key}\":{Text(property.Value)}");
        return $"{{{string.Join(',', others.Append($"\"{field}\":{value}"))}}}";
    }

    private static string Text(JsonNode? node) => node?.ToJsonString() ?? "null";

    /// <summary>Sends requests to one operation, and holds the answers against what the document says of it.</summary>
    private sealed class Check(TestServer server, string method, string path)
    {
        private readonly JsonNode _document = Document(DocumentBytes.Value);

        private JsonObject Operation => _document["paths"]![path]![method]!.AsObject();

        public IReadOnlyList<JsonObject> Examples => [.. Operation["requestBody"]!["content"]!["application/json"]!["examples"]!.AsObject()
            .Select(example => example.Value!["value"]!.AsObject())];

        public async Task<int> SendAsync(
            string? body, string mediaType = "application/json", (string Name, string Value)? header = null)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path)
            {
                Content = body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body))
                {
                    Headers = { ContentType = MediaTypeHeaderValue.Parse(mediaType) },
                },
            };
            if (header is { } more)
            {
                request.Headers.Add(more.Name, more.Value);
            }

            using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            int status = (int)response.StatusCode;
            string what = $"{method} {path} answered {status} {text} to {body}";
            Assert.True(status < 500, what);
            var named = Operation["responses"]![$"{status}"]?["content"]?[response.Content.Headers.ContentType!.MediaType!]?["schema"];
            Assert.True(named is not null, $"The document does not name this status or media type: {what}");
            string? wrong = WhyNot(JsonNode.Parse(text), named.AsObject(), "$");
            Assert.True(wrong is null, $"{wrong}: {what}");
            return status;
        }

        // Stricter than JSON Schema is: a property that the schema does not name is wrong.
        private string? WhyNot(JsonNode? value, JsonObject schema, string where)
        {
            if (schema["$ref"]?.GetValue<string>() is { } reference)
            {
                return WhyNot(value, _document["components"]!["schemas"]![reference.Split('/')[^1]]!.AsObject(), where);
            }

            if (schema["anyOf"] is JsonArray any)
            {
                string?[] reasons = [.. any.Select(one => WhyNot(value, one!.AsObject(), where))];
                return reasons.Contains(null) ? null : string.Join("; ", reasons);
            }

            string[] types = schema["type"] is JsonArray list ? [.. list.Select(type => type!.GetValue<string>())]
                : [schema["type"]!.GetValue<string>()];
            return !IsOf(types, value) ? $"{where} is none of {string.Join(", ", types)}"
                : value is JsonArray array && schema["items"] is JsonObject items
                    ? array.Select((item, index) => WhyNot(item, items, $"{where}[{index}]")).FirstOrDefault(reason => reason is not null)
                : value is JsonObject item && schema["properties"] is JsonObject properties
                    ? WhyNotObject(item, properties, schema["required"] as JsonArray ?? [], where)
                : null;
        }

        private string? WhyNotObject(JsonObject value, JsonObject properties, JsonArray required, string where)
        {
            string? missing = required.Select(name => name!.GetValue<string>()).FirstOrDefault(name => !value.ContainsKey(name));
            return missing is not null ? $"{where} has no {missing}"
                : value.Select(property => properties[property.Key] is JsonObject schema
                    ? WhyNot(property.Value, schema, $"{where}.{property.Key}")
                    : $"{where} has {property.Key}").FirstOrDefault(reason => reason is not null);
        }

        private static bool IsOf(string[] types, JsonNode? value) => value?.GetValueKind() switch
        {
            null or JsonValueKind.Null => types.Contains("null"),
            JsonValueKind.Object => types.Contains("object"),
            JsonValueKind.Array => types.Contains("array"),
            JsonValueKind.String => types.Contains("string"),
            JsonValueKind.True or JsonValueKind.False => types.Contains("boolean"),
            _ => types.Contains("number")
                || (types.Contains("integer") && !value.ToJsonString().AsSpan().ContainsAny('.', 'e', 'E')),
        };
    }
}
