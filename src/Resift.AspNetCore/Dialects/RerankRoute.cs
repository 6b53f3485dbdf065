using Microsoft.AspNetCore.Http;

namespace Resift.AspNetCore;

/// <summary>
/// A path at which rankings are asked for, and who is taken to ask there. Under a prefix, it is whose prefix that is; otherwise, whoever
/// alone has a field of the request; otherwise, the dialect that the path is known for, or the one that answers all.
/// </summary>
/// <param name="Path">The path.</param>
/// <param name="Default">The dialect of a request that says nothing else, and of errors before it is read.</param>
internal sealed record RerankRoute(string Path, RerankDialect Default)
{
    private static readonly CommonDialect _common = new();
    private static readonly CohereV1Dialect _cohereV1 = new();
    private static readonly CohereV2Dialect _cohereV2 = new();
    private static readonly VoyageDialect _voyage = new();
    private static readonly JinaDialect _jina = new();
    private static readonly TeiDialect _tei = new();
    private static readonly VllmDialect _vllm = new();
    private static readonly VllmScoreDialect _vllmScore = new();
    private static readonly LlamaCppDialect _llamaCpp = new();
    private static readonly LlamaCppTextsDialect _llamaCppTexts = new();
    private static readonly MixedbreadDialect _mixedbread = new();
    private static readonly TogetherDialect _together = new();
    private static readonly PineconeDialect _pinecone = new();
    private static readonly InfinityDialect _infinity = new();

    private static readonly (string Field, RerankDialect Dialect)[] _vllmFields =
        [("truncate_prompt_tokens", _vllm), ("use_activation", _vllm), ("mm_processor_kwargs", _vllm), ("cache_salt", _vllm)];

    private static readonly (string Field, RerankDialect Dialect)[] _fields =
    [
        ("texts", _tei),
        ("input", _mixedbread),
        ("top_k", _voyage),
        ("truncation", _voyage),
        ("max_chunks_per_doc", _cohereV1),
        ("max_doc_length", _jina),
        ("return_embeddings", _jina),
        ("raw_scores", _infinity),
        .. _vllmFields,
    ];

    private static readonly (string Field, RerankDialect Dialect)[] _llamaCppFields = [("texts", _llamaCppTexts)];

    private static readonly (string Field, RerankDialect Dialect)[] _rerankingFields = [.. _llamaCppFields, ("input", _mixedbread)];

    /// <summary>Gets all paths.</summary>
    public static IReadOnlyList<RerankRoute> All { get; } =
    [
        new("/v1/rerank", _common) { Fields = _fields },
        new("/v2/rerank", _cohereV2) { Fields = _vllmFields },
        new("/rerank", _common) { Fields = _fields, TakesPinecone = true },
        new("/reranking", _llamaCpp) { Fields = _rerankingFields },
        new("/v1/reranking", _llamaCpp) { Fields = _rerankingFields },
        .. Paths("", _vllmScore, "/score", "/v1/score"),
        .. Paths("/cohere", _cohereV1, "/v1/rerank"),
        .. Paths("/cohere", _cohereV2, "/v2/rerank"),
        .. Paths("/voyage", _voyage, "/v1/rerank", "/rerank"),
        .. Paths("/jina", _jina, "/v1/rerank", "/rerank"),
        .. Paths("/tei", _tei, "/rerank"),
        .. Paths("/vllm", _vllm, "/rerank", "/v1/rerank", "/v2/rerank"),
        .. Paths("/vllm", _vllmScore, "/score", "/v1/score"),
        .. Paths("/llamacpp", _llamaCpp, "/rerank", "/reranking", "/v1/rerank", "/v1/reranking")
            .Select(route => route with { Fields = _llamaCppFields }),
        .. Paths("/mixedbread", _mixedbread, "/v1/reranking", "/reranking"),
        .. Paths("/together", _together, "/v1/rerank", "/rerank"),
        .. Paths("/pinecone", _pinecone, "/rerank"),
        .. Paths("/infinity", _infinity, "/rerank", "/v1/rerank"),
    ];

    /// <summary>Gets the dialect of TEI, for what else it has.</summary>
    public static Dialect Tei => _tei;

    /// <summary>Gets the fields that only one dialect has; the first that a request has tells.</summary>
    private IReadOnlyList<(string Field, RerankDialect Dialect)> Fields { get; init; } = [];

    private bool TakesPinecone { get; init; }

    /// <summary>Gets all dialects that may be spoken here, that of requests that say nothing else first.</summary>
    public IReadOnlyList<RerankDialect> Dialects =>
        [.. Fields.Select(rule => rule.Dialect).Prepend(Default).Concat(TakesPinecone ? [_pinecone] : []).Distinct()];

    /// <summary>Gets the dialect of a request by its path and headers.</summary>
    public RerankDialect DialectOf(HttpRequest request) =>
        TakesPinecone && request.Headers.ContainsKey("X-Pinecone-Api-Version") ? _pinecone : Default;

    /// <summary>Gets the dialect of a request by all that it has.</summary>
    public RerankDialect DialectOf(HttpRequest request, RequestBody body)
    {
        var known = DialectOf(request);
        return known != Default ? known : DialectOf(body);
    }

    /// <summary>Determines whether a body is taken for one of a dialect, where the headers say what they have to.</summary>
    public bool Takes(RequestBody body, RerankDialect dialect) => dialect == _pinecone || DialectOf(body) == dialect;

    private RerankDialect DialectOf(RequestBody body) =>
        Fields.FirstOrDefault(rule => body.Has(rule.Field)).Dialect ?? Default;

    private static IEnumerable<RerankRoute> Paths(string prefix, RerankDialect dialect, params string[] paths) =>
        paths.Select(path => new RerankRoute(prefix + path, dialect));
}
