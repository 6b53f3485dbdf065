using System.Text.Json;

namespace Resift.AspNetCore.Tests;

/// <summary>
/// What a dialect answers when something is wrong, as its provider or server does. Read in cohere-openapi.yaml of
/// cohere-ai/cohere-developer-experience; voyageai-python; router/src/http of huggingface/text-embeddings-inference; entrypoints of
/// vllm-project/vllm; tools/server of ggml-org/llama.cpp; together-typescript; pinecone-ts-client; fastapi_schemas of
/// michaelfeil/infinity; openai-node. Where a source has no such case, the status of HTTP stands.
/// </summary>
/// <param name="Path">Where it is asked.</param>
/// <param name="Good">A request that is answered. <c>ask</c> in it is what is asked, or embedded.</param>
/// <param name="Documents">The list in it.</param>
/// <param name="Error">
/// Its errors: <c>$text</c> stands for a message, <c>$id</c> for the request's name, <c>$status</c> for the status, and <c>$type</c> for
/// one of <paramref name="Types"/>.
/// </param>
/// <param name="Types">The types of errors, by the fault; that of the others is the first.</param>
internal sealed record WireContract(string Path, string Good, string Documents, string Error, params (string Fault, string Type)[] Types)
{
    private const string OpenAIError = """{"error":{"message":"$text","type":"$type","param":null,"code":null}}""";
    private const string StatusError = """{"error":{"message":"$text","type":"$type","param":null,"code":"$status"}}""";
    private const string ErrorOfAll =
        """{"id":"$id","message":"$text","detail":"$text","error":{"message":"$text","type":"$type","param":null,"code":null}}""";

    private const string Ranking = """{"model":"words","query":"ask","documents":["d"]}""";

    private static readonly (string, string)[] _openAITypes =
    [
        ("", "invalid_request_error"), ("no key", "authentication_error"), ("wrong key", "authentication_error"),
        ("busy", "rate_limit_error"), ("down", "server_error"), ("broken", "server_error"), ("defect", "server_error"),
    ];

    private static readonly (string, string)[] _vllmTypes =
    [
        ("", "BadRequestError"), ("unknown model", "NotFoundError"), ("down", "InternalServerError"), ("broken", "InternalServerError"),
        ("defect", "InternalServerError"),
    ];

    private static readonly (string, string)[] _teiTypes =
    [
        ("", "Validation"), ("nothing to rank", "Empty"), ("busy", "Overloaded"), ("down", "Unhealthy"), ("broken", "Backend"),
        ("defect", "Backend"),
    ];

    public static IReadOnlyDictionary<string, WireContract> All { get; } = new Dictionary<string, WireContract>
    {
        ["all at once"] = new("/v1/rerank", Ranking, """["d"]""", ErrorOfAll, _openAITypes),
        ["Cohere v1"] = new("/cohere/v1/rerank", Ranking, """["d"]""", """{"id":"$id","message":"$text"}"""),
        ["Cohere v2"] = new("/v2/rerank", Ranking, """["d"]""", """{"id":"$id","message":"$text"}"""),
        ["Voyage"] = new("/voyage/v1/rerank", Ranking, """["d"]""", """{"detail":"$text"}""") { UnknownModel = 400 },
        ["Jina"] = new("/jina/v1/rerank", Ranking, """["d"]""", """{"detail":"$text"}""") { Invalid = 422, Empty = 422 },
        ["TEI"] = new("/tei/rerank", """{"model":"words","query":"ask","texts":["d"]}""", """["d"]""",
            """{"error":"$text","error_type":"$type"}""", _teiTypes)
        {
            Invalid = 422,
            ModelFailed = 424,
        },
        ["TEI without its prefix"] = new("/rerank", """{"model":"words","query":"ask","texts":["d"]}""", """["d"]""",
            """{"error":"$text","error_type":"$type"}""", _teiTypes)
        {
            Invalid = 422,
            ModelFailed = 424,
            // Before the body is read, it may be anybody's.
            Unread = "all at once",
        },
        ["TEI /embed"] = new("/embed", """{"model":"hash","inputs":["ask"]}""", """["ask"]""",
            """{"error":"$text","error_type":"$type"}""", _teiTypes)
        {
            Invalid = 422,
            ModelFailed = 424,
            TakesBlanks = true,
        },
        ["vLLM"] = new("/vllm/v1/rerank", Ranking, """["d"]""", StatusError, _vllmTypes),
        ["vLLM /score"] = new("/score", """{"model":"words","text_1":"ask","text_2":["d"]}""", """["d"]""", StatusError, _vllmTypes),
        ["llama.cpp"] = new("/reranking", Ranking, """["d"]""",
            """{"error":{"code":"$status","message":"$text","type":"$type"}}""",
            ("", "invalid_request_error"), ("no key", "authentication_error"), ("wrong key", "authentication_error"),
            ("unknown model", "not_found_error"), ("down", "unavailable_error"), ("broken", "server_error"), ("defect", "server_error")),
        ["Mixedbread"] = new("/v1/reranking", """{"model":"words","query":"ask","input":["d"]}""", """["d"]""", ErrorOfAll, _openAITypes)
        {
            // Before the body is read, the path alone is known, and it is llama.cpp's.
            Unread = "llama.cpp",
        },
        ["Together"] = new("/together/v1/rerank", Ranking, """["d"]""", OpenAIError, _openAITypes),
        ["Pinecone"] = new("/pinecone/rerank", """{"model":"words","query":"ask","documents":[{"text":"d"}]}""",
            """[{"text":"d"}]""", """{"error":{"code":"$type","message":"$text"},"status":"$status"}""",
            ("", "INVALID_ARGUMENT"), ("no key", "UNAUTHENTICATED"), ("wrong key", "UNAUTHENTICATED"), ("unknown model", "NOT_FOUND"),
            ("busy", "RESOURCE_EXHAUSTED"), ("down", "UNAVAILABLE"), ("broken", "UNAVAILABLE"), ("defect", "INTERNAL")),
        ["Infinity"] = new("/infinity/rerank", Ranking, """["d"]""", StatusError, _openAITypes) { Invalid = 422, Empty = 422 },
        ["OpenAI"] = new("/v1/embeddings", """{"model":"hash","input":["ask"]}""", """["ask"]""",
            """{"error":{"message":"$text","type":"$type","param":null,"code":"$code"}}""", _openAITypes),
    };

    public int Invalid { get; init; } = 400;

    public int Empty { get; init; } = 400;

    public int UnknownModel { get; init; } = 404;

    public int ModelFailed { get; init; } = 502;

    public bool TakesBlanks { get; init; }

    /// <summary>Gets the dialect of errors before the body is read; null for this one.</summary>
    public string? Unread { get; init; }

    public string With(string from, string to) => Good.Replace(from, to, StringComparison.Ordinal);

    public string WithModel(string name) =>
        Good.Replace("\"words\"", $"\"{name}\"", StringComparison.Ordinal).Replace("\"hash\"", $"\"{name}\"", StringComparison.Ordinal);

    public string WithDocuments(string documents) => With(Documents, documents);

    /// <summary>Determines whether the body of an error is that of the dialect.</summary>
    public bool Matches(string fault, RawReply reply)
    {
        using var expected = JsonDocument.Parse(Error);
        using var actual = JsonDocument.Parse(reply.Body);
        return Matches(expected.RootElement, actual.RootElement, fault, reply);
    }

    private bool Matches(JsonElement expected, JsonElement actual, string fault, RawReply reply)
    {
        if (expected.ValueKind is JsonValueKind.Object)
        {
            return actual.ValueKind is JsonValueKind.Object
                && expected.EnumerateObject().Select(field => field.Name).Order()
                    .SequenceEqual(actual.EnumerateObject().Select(field => field.Name).Order())
                && expected.EnumerateObject().All(field => Matches(field.Value, actual.GetProperty(field.Name), fault, reply));
        }

        return expected.GetString() switch
        {
            null => actual.ValueKind is JsonValueKind.Null,
            "$text" => actual.ValueKind is JsonValueKind.String && actual.GetString()!.Length > 0,
            "$id" => actual.GetString() == reply.Header("X-Request-Id"),
            "$status" => actual.ValueKind is JsonValueKind.Number && actual.GetInt32() == reply.Status,
            "$type" => actual.GetString() == TypeOf(fault),
            "$code" => actual.GetString() == fault switch
            {
                "no key" or "wrong key" => "invalid_api_key",
                "unknown model" => "model_not_found",
                "busy" => "rate_limit_exceeded",
                _ => null,
            },
            var other => throw new InvalidOperationException($"'{other}' in the contract means nothing."),
        };
    }

    private string TypeOf(string fault) => Types.FirstOrDefault(type => type.Fault == fault, Types[0]).Type;
}
