using System.Text.Json.Serialization;

namespace Resift;

/// <summary>A vLLM server, at <c>http://localhost:8000</c> unless the options say otherwise.</summary>
/// <remarks>
/// What the scores mean depends on the model that it serves (a cross-encoder's activation, or a cosine of embeddings), so their scale is
/// unspecified unless <see cref="HttpRerankerOptions.ScoreScale"/> states it. The key, if the server wants one, comes from
/// <c>VLLM_API_KEY</c>.
/// </remarks>
public sealed class VllmReranker : HttpReranker
{
    private static readonly string[] _extraFields =
        ["truncation_side", "priority", "use_activation", "mm_processor_kwargs", "cache_salt", "request_id", "user"];

    private static readonly ProviderProfile _profile = new("vllm", "vLLM", "http://localhost:8000", "/v1/rerank")
    {
        KeyVariables = ["VLLM_API_KEY"],
        ExtraFields = _extraFields,
        CanRefuseLongDocuments = true,

        // The answer repeats the documents, so a request is half as large as others may be.
        FactsOf = static _ => new() { MaxRequestBytes = 2_000_000 },
    };

    private static readonly ProviderProfile _scoreProfile = _profile with { Path = "/score", ListName = "data", ScoreName = "score" };

    private readonly bool _usesScores;

    /// <summary>Creates a reranker of a server.</summary>
    /// <param name="options">Key, address, model and limits; null for those of the environment.</param>
    /// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
    /// <param name="useScoreEndpoint">True for <c>/score</c>, which does not send the documents back; false for <c>/v1/rerank</c>.</param>
    /// <exception cref="ArgumentException">The key or the address cannot be one.</exception>
    public VllmReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null, bool useScoreEndpoint = false)
        : base(useScoreEndpoint ? _scoreProfile : _profile, options, httpClient) => _usesScores = useScoreEndpoint;

    // -1 cuts at what the model reads; without it, the server refuses longer ones.
    private protected override byte[] Write(WireRequest request)
    {
        int? truncate = request.RefusesLongDocuments ? null : -1;
        return _usesScores
            ? Json(
                new VllmScoreBody(request.ModelId, request.Query, request.Documents, truncate) { Extra = request.Extra },
                ProvidersJsonContext.Wire.VllmScoreBody)
            : Json(
                new VllmBody(request.ModelId, request.Query, request.Documents, truncate) { Extra = request.Extra },
                ProvidersJsonContext.Wire.VllmBody);
    }
}

internal sealed record VllmBody(string? Model, string Query, IReadOnlyList<string> Documents, int? TruncatePromptTokens) : RequestBody;

internal sealed record VllmScoreBody(
    string? Model,
    [property: JsonPropertyName("text_1")] string Query,
    [property: JsonPropertyName("text_2")] IReadOnlyList<string> Documents,
    int? TruncatePromptTokens) : RequestBody;
