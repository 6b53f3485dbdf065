using System.Text.Json.Serialization;

namespace Resift;

/// <summary>A vLLM server, at <c>http://localhost:8000</c> unless the options say otherwise.</summary>
/// <remarks>
/// What the scores mean depends on the model that it serves (a cross-encoder's activation, or a cosine of embeddings), so their scale is
/// unspecified unless <see cref="HttpRerankerOptions.ScoreScale"/> states it. Instructions and limits of tokens are sent as they are;
/// servers from before spring 2026 pass over them. The key, if the server wants one, comes from <c>VLLM_API_KEY</c>.
/// </remarks>
public sealed class VllmReranker : HttpReranker
{
    private static readonly string[] _extraFields =
    [
        "truncation_side", "priority", "use_activation", "mm_processor_kwargs", "cache_salt", "request_id", "user", "chat_template_kwargs",
        "max_tokens_per_query",
    ];

    private static readonly ProviderProfile _profile = new("vllm", "vLLM", "http://localhost:8000", "/v1/rerank")
    {
        KeyVariables = ["VLLM_API_KEY"],
        ExtraFields = _extraFields,

        // The answer repeats the documents, so a request is half as large as others may be. What a model makes of an instruction is not
        // known: its chat template says so.
        Facts = new() { MaxRequestBytes = 2_000_000, CanRefuseLongDocuments = true, LimitsTokensPerDocument = true },
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
        string? instruction = request.Options?.Instruction;
        int? tokens = request.Options?.MaxTokensPerDocument;
        return _usesScores
            ? Json(
                new VllmScoreBody(request.ModelId, request.Query, request.Documents, truncate, instruction, tokens)
                {
                    Extra = request.Extra,
                },
                ProvidersJsonContext.Wire.VllmScoreBody)
            : Json(PlainBody.Of(request) with
            {
                TruncatePromptTokens = truncate,
                Instruction = instruction,
                MaxTokensPerDoc = tokens,
            });
    }
}

internal sealed record VllmScoreBody(
    string? Model,
    [property: JsonPropertyName("text_1")] string Query,
    [property: JsonPropertyName("text_2")] IReadOnlyList<string> Documents,
    int? TruncatePromptTokens,
    string? Instruction,
    int? MaxTokensPerDoc) : RequestBody;
