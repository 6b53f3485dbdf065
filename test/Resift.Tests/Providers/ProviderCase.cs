using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Resift.Testing;

namespace Resift.Tests.Providers;

/// <summary>One provider for tests: how its reranker is made, and a server that speaks its dialect as strictly as the real one.</summary>
internal sealed record ProviderCase(string Name, string Path, Func<HttpRerankerOptions?, HttpClient?, HttpReranker> Create)
{
    public const string Key = "test-key";

    public string DocumentsField { get; init; } = "documents";

    public string QueryField { get; init; } = "query";

    public string? ListName { get; init; } = "results";

    public string ScoreName { get; init; } = "relevance_score";

    public string KeyHeader { get; init; } = "Authorization";

    public string? ModelId { get; init; }

    /// <summary>Gets the fields that the API has.</summary>
    public string[] Fields { get; init; } = ["model", "query", "documents", "return_documents"];

    public int MaxDocuments { get; init; } = int.MaxValue;

    public bool RefusesBlankDocuments { get; init; }

    public static IReadOnlyDictionary<string, ProviderCase> All { get; } = new ProviderCase[]
    {
        new("cohere-v2", "/v2/rerank", (options, client) => new CohereReranker(options, client))
        {
            Fields = ["model", "query", "documents", "top_n", "max_tokens_per_doc", "priority"],
            MaxDocuments = 10_000,
            RefusesBlankDocuments = true,
        },
        new("cohere-v1", "/v1/rerank", (options, client) => new CohereReranker(options, client, CohereApiVersion.V1))
        {
            MaxDocuments = 1_000,
            RefusesBlankDocuments = true,
        },
        new("voyage", "/v1/rerank", (options, client) => new VoyageReranker(options, client))
        {
            Fields = ["model", "query", "documents", "return_documents", "truncation", "top_k"],
            ListName = "data",
            MaxDocuments = 1_000,
        },
        new("jina", "/v1/rerank", (options, client) => new JinaReranker(options, client)),
        new("mixedbread", "/v1/reranking", (options, client) => new MixedbreadReranker(options, client))
        {
            DocumentsField = "input",
            Fields = ["model", "query", "input", "top_k", "return_input", "rewrite_query"],
            ListName = "data",
            ScoreName = "score",
        },
        new("together", "/v1/rerank", (options, client) => new TogetherReranker(options, client)) { ModelId = "test-model" },
        new("pinecone", "/rerank", (options, client) => new PineconeReranker(options, client))
        {
            Fields = ["model", "query", "documents", "top_n", "return_documents", "parameters"],
            KeyHeader = "Api-Key",
            ListName = "data",
            ScoreName = "score",
            MaxDocuments = 100,
        },
        new("tei", "/rerank", (options, client) => new TeiReranker(options, client))
        {
            DocumentsField = "texts",
            Fields = ["query", "texts", "truncate", "truncation_direction", "raw_scores", "return_text"],
            ListName = null,
            ScoreName = "score",
            MaxDocuments = 32,
        },
        new("vllm", "/v1/rerank", (options, client) => new VllmReranker(options, client))
        {
            Fields = ["model", "query", "documents", "top_n", "truncate_prompt_tokens"],
            ModelId = "test-model",
        },
        new("vllm-score", "/score", (options, client) => new VllmReranker(options, client, useScoreEndpoint: true))
        {
            QueryField = "text_1",
            DocumentsField = "text_2",
            Fields = ["model", "text_1", "text_2", "truncate_prompt_tokens"],
            ListName = "data",
            ScoreName = "score",
            ModelId = "test-model",
        },
        new("llamacpp", "/v1/rerank", (options, client) => new LlamaCppReranker(options, client)),
        new("infinity", "/rerank", (options, client) => new InfinityReranker(options, client))
        {
            Fields = ["model", "query", "documents", "return_documents", "raw_scores", "top_n"],
        },
    }.ToDictionary(provider => provider.Name);

    public static TheoryData<string> Names => [.. All.Keys];

    public HttpRerankerOptions Options(Uri? endpoint = null) =>
        new() { ApiKey = Key, Endpoint = endpoint, ModelId = ModelId, MaxRetries = 0 };

    /// <summary>Makes a reranker that asks a function instead of a network.</summary>
    public HttpReranker CreateStubbed(Func<HttpResponseMessage> answer) => Create(Options(), new(new StubHandler(answer)));

    /// <summary>Answers a request as the provider would, with the share of the query's words that a document has as its score.</summary>
    public LoopbackReply Answer(LoopbackRequest request)
    {
        var json = request.Json;
        string?[] unknown = [.. json.EnumerateObject().Select(field => field.Name).Except(Fields)];
        string[] documents = [.. json.GetProperty(DocumentsField).EnumerateArray()
            .Select(document => (document.ValueKind == JsonValueKind.Object ? document.GetProperty("text") : document).GetString()!)];
        string? refusal = request.Path != Path ? $"no such path: {request.Path}"
            : request.Headers.GetValueOrDefault(KeyHeader) is not ("Bearer " + Key or Key) ? "invalid api token"
            : unknown is [var field, ..] ? $"unknown field: parameter '{field}' is not a valid field"
            : documents.Length is 0 || documents.Length > MaxDocuments ? $"{documents.Length} documents"
            : RefusesBlankDocuments && documents.Any(string.IsNullOrWhiteSpace) ? "invalid request: document cannot be empty"
            : null;
        return refusal is not null
            ? LoopbackReply.Json(new JsonObject { ["message"] = refusal }.ToJsonString(), (int)HttpStatusCode.BadRequest)
            : LoopbackReply.Json(Scored(json.GetProperty(QueryField).GetString()!, documents).ToJsonString());
    }

    /// <summary>Makes an answer with these scores, in the order given.</summary>
    public JsonNode Scored(IEnumerable<(int Index, double Score)> scores)
    {
        JsonArray list = [.. scores.Select(score => new JsonObject { ["index"] = score.Index, [ScoreName] = score.Score })];
        return ListName is null ? list : new JsonObject { [ListName] = list };
    }

    private JsonNode Scored(string query, string[] documents)
    {
        var words = TestWords.Of(query).ToHashSet();
        return Scored(documents
            .Select((text, index) => (Index: index, Shared: TestWords.Of(text).Distinct().Count(words.Contains)))
            .OrderByDescending(result => result.Shared)
            .Select(result => (result.Index, result.Shared / (double)Math.Max(words.Count, 1))));
    }
}
