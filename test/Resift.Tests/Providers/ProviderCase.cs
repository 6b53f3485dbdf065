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

    /// <summary>Gets the member of a result that says which document it is; null if results are scores in the documents' order.</summary>
    public string? IndexName { get; init; } = "index";

    public string ScoreName { get; init; } = "relevance_score";

    public string KeyHeader { get; init; } = "Authorization";

    public string? ModelId { get; init; }

    /// <summary>Gets the fields that the API has.</summary>
    public string[] Fields { get; init; } = ["model", "query", "documents", "return_documents"];

    public int MaxDocuments { get; init; } = int.MaxValue;

    /// <summary>Gets which documents the API refuses; null for none.</summary>
    public Func<string, bool>? Refuses { get; init; }

    /// <summary>Gets an address for tests without a server; null for the public one.</summary>
    public Uri? UsualEndpoint { get; init; }

    public static IReadOnlyDictionary<string, ProviderCase> All { get; } = new ProviderCase[]
    {
        new("cohere-v2", "/v2/rerank", (options, client) => new CohereReranker(options, client))
        {
            Fields = ["model", "query", "documents", "top_n", "max_tokens_per_doc", "priority"],
            MaxDocuments = 10_000,
            Refuses = string.IsNullOrWhiteSpace,
        },
        new("cohere-v1", "/v1/rerank", (options, client) => new CohereReranker(options, client, CohereApiVersion.V1))
        {
            MaxDocuments = 1_000,
            Refuses = string.IsNullOrWhiteSpace,
        },
        new("voyage", "/v1/rerank", (options, client) => new VoyageReranker(options, client))
        {
            Fields = ["model", "query", "documents", "return_documents", "truncation", "top_k"],
            ListName = "data",
            MaxDocuments = 1_000,
            Refuses = string.IsNullOrEmpty,
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
            Fields =
            [
                "model", "query", "documents", "top_n", "truncate_prompt_tokens", "truncation_side", "priority", "use_activation",
                "mm_processor_kwargs", "cache_salt", "instruction", "chat_template_kwargs", "max_tokens_per_doc", "max_tokens_per_query",
            ],
            ModelId = "test-model",
        },
        new("vllm-score", "/score", (options, client) => new VllmReranker(options, client, useScoreEndpoint: true))
        {
            QueryField = "text_1",
            DocumentsField = "text_2",
            Fields = ["model", "text_1", "text_2", "truncate_prompt_tokens", "instruction", "max_tokens_per_doc"],
            ListName = "data",
            ScoreName = "score",
            ModelId = "test-model",
        },
        new("llamacpp", "/v1/rerank", (options, client) => new LlamaCppReranker(options, client)),
        new("infinity", "/rerank", (options, client) => new InfinityReranker(options, client))
        {
            Fields = ["model", "query", "documents", "return_documents", "raw_scores", "top_n"],
        },
        new("nvidia", "/v1/ranking", (options, client) => new NvidiaNimReranker(options, client))
        {
            DocumentsField = "passages",
            Fields = ["model", "query", "passages", "truncate"],
            ListName = "rankings",
            ScoreName = "logit",
            ModelId = "test-model",
        },
        new("sglang", "/v1/rerank", (options, client) => new SGLangReranker(options, client))
        {
            Fields = ["model", "query", "documents", "instruct", "top_n", "return_documents"],
            ListName = null,
            ScoreName = "score",
        },
        new("dashscope", "/compatible-api/v1/reranks", (options, client) => new DashScopeReranker(options, client))
        {
            Fields = ["model", "query", "documents", "instruct", "top_n"],
        },
        new("siliconflow", "/v1/rerank", (options, client) => new SiliconFlowReranker(options, client))
        {
            Fields =
            [
                "model", "query", "documents", "instruction", "top_n", "return_documents", "max_chunks_per_doc", "overlap_tokens",
            ],
            ModelId = "test-model",
        },
        new("zeroentropy", "/v1/models/rerank", (options, client) => new ZeroEntropyReranker(options, client))
        {
            Fields = ["model", "query", "documents", "top_n", "latency"],
        },
        new("contextual", "/v1/rerank", (options, client) => new ContextualReranker(options, client))
        {
            Fields = ["model", "query", "documents", "instruction", "metadata", "top_n"],
        },
        new("fireworks", "/inference/v1/rerank", (options, client) => new FireworksReranker(options, client))
        {
            Fields = ["model", "query", "documents", "top_n", "return_documents"],
            ListName = "data",
            ModelId = "test-model",
        },
        new("deepinfra", "/v1/inference/test/model", (options, client) => new DeepInfraReranker(options, client))
        {
            QueryField = "queries",
            Fields = ["queries", "documents", "instruction"],
            ListName = "scores",
            IndexName = null,
            ModelId = "test/model",
        },
        new("isaacus", "/v1/rerankings", (options, client) => new IsaacusReranker(options, client))
        {
            DocumentsField = "texts",
            Fields = ["model", "query", "texts", "top_n", "is_iql", "scoring_method", "chunking_options"],
            ScoreName = "score",
            Refuses = string.IsNullOrWhiteSpace,
        },
        new(
            "vertex",
            "/v1/projects/test-project/locations/global/rankingConfigs/default_ranking_config:rank",
            (options, client) => new VertexReranker(options, client, "test-project"))
        {
            DocumentsField = "records",
            Fields = ["model", "query", "records", "topN", "ignoreRecordDetailsInResponse"],
            ListName = "records",
            IndexName = "id",
            ScoreName = "score",
            MaxDocuments = 200,
        },
        new("bedrock", "/model/cohere.rerank-v3-5%3A0/invoke", (options, client) => new BedrockReranker(options, client))
        {
            Fields = ["api_version", "query", "documents", "top_n"],
            MaxDocuments = 1_000,
            Refuses = string.IsNullOrWhiteSpace,
            UsualEndpoint = new("https://bedrock-runtime.us-east-1.amazonaws.com"),
        },
    }.ToDictionary(provider => provider.Name);

    public static TheoryData<string> Names => [.. All.Keys];

    /// <summary>Gets those whose results say by a number which document they are.</summary>
    public static TheoryData<string> NumberingNames =>
        [.. All.Values.Where(provider => provider.IndexName == "index").Select(provider => provider.Name)];

    public HttpRerankerOptions Options(Uri? endpoint = null) =>
        new() { ApiKey = Key, Endpoint = endpoint ?? UsualEndpoint, ModelId = ModelId, MaxRetries = 0 };

    /// <summary>Makes a reranker that asks a function instead of a network.</summary>
    public HttpReranker CreateStubbed(Func<HttpResponseMessage> answer) => Create(Options(), new(new StubHandler(answer)));

    /// <summary>Answers a request as the provider would, with the share of the query's words that a document has as its score.</summary>
    public LoopbackReply Answer(LoopbackRequest request)
    {
        var json = request.Json;
        string?[] unknown = [.. json.EnumerateObject().Select(field => field.Name).Except(Fields)];
        string[] documents = [.. json.GetProperty(DocumentsField).EnumerateArray().Select(Text)];
        string? refusal = request.Path != Path ? $"no such path: {request.Path}"
            : request.Headers.GetValueOrDefault(KeyHeader) is not ("Bearer " + Key or Key) ? "invalid api token"
            : unknown is [var field, ..] ? $"unknown field: parameter '{field}' is not a valid field"
            : documents.Length is 0 || documents.Length > MaxDocuments ? $"{documents.Length} documents"
            : Refuses is not null && documents.Any(Refuses) ? "invalid request: document cannot be empty"
            : null;
        return refusal is not null
            ? LoopbackReply.Json(new JsonObject { ["message"] = refusal }.ToJsonString(), (int)HttpStatusCode.BadRequest)
            : LoopbackReply.Json(Scored(Text(json.GetProperty(QueryField)), documents).ToJsonString());
    }

    /// <summary>Makes an answer with these scores, in the order given.</summary>
    public JsonNode Scored(IEnumerable<(int Index, double Score)> scores)
    {
        JsonArray list = [.. IndexName is null
            ? scores.OrderBy(score => score.Index).Select(score => (JsonNode)score.Score)
            : scores.Select(score => new JsonObject
            {
                [IndexName] = IndexName == "index" ? score.Index : $"{score.Index}",
                [ScoreName] = score.Score,
            })];
        return ListName is null ? list : new JsonObject { [ListName] = list };
    }

    // A text, one in an object, or the first of several.
    private static string Text(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => (json.TryGetProperty("text", out var text) ? text : json.GetProperty("content")).GetString()!,
        JsonValueKind.Array => json[0].GetString()!,
        _ => json.GetString()!,
    };

    private JsonNode Scored(string query, string[] documents)
    {
        var words = TestWords.Of(query).ToHashSet();
        return Scored(documents
            .Select((text, index) => (Index: index, Shared: TestWords.Of(text).Distinct().Count(words.Contains)))
            .OrderByDescending(result => result.Shared)
            .Select(result => (result.Index, result.Shared / (double)Math.Max(words.Count, 1))));
    }
}
