namespace Resift;

/// <summary>Cohere's rerank API, also as Azure and other servers speak it.</summary>
/// <remarks>
/// Scores are in [0, 1]. A blank document, which Cohere refuses, is not sent and scores 0. Cohere reads 4,096 tokens of a document unless
/// it is told otherwise; it is asked for as many as the model takes, or <see cref="RerankOptions.MaxTokensPerDocument"/>. The key comes
/// from <c>CO_API_KEY</c> or <c>COHERE_API_KEY</c>, the address from <c>CO_API_URL</c>.
/// </remarks>
public sealed class CohereReranker : HttpReranker
{
    private static readonly ProviderProfile _profile = new("cohere", "Cohere", "https://api.cohere.com", "/v2/rerank")
    {
        KeyVariables = ["CO_API_KEY", "COHERE_API_KEY"],
        EndpointVariables = ["CO_API_URL"],
        RequiresKey = true,
        DefaultModelId = "rerank-v4.0-fast",
        ExtraFields = ["priority"],
        Refuses = string.IsNullOrWhiteSpace,
        Facts = new()
        {
            ScoreScale = ScoreScale.Probability,

            // 10,000 are allowed and 1,000 recommended.
            MaxDocumentsPerRequest = 1_000,
            FollowsInstructions = false,
            CanRefuseLongDocuments = false,
            LimitsTokensPerDocument = true,
        },
    };

    private static readonly ProviderProfile _profileV1 = _profile with
    {
        Path = "/v1/rerank",
        ExtraFields = ["max_chunks_per_doc"],
        Facts = _profile.Facts with { LimitsTokensPerDocument = false },
    };

    private readonly CohereApiVersion _version;

    /// <summary>Creates a reranker of Cohere's API.</summary>
    /// <param name="options">Key, address, model and limits; null for those of the environment.</param>
    /// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
    /// <param name="version">The version of the API.</param>
    /// <exception cref="InvalidOperationException">There is no key.</exception>
    /// <exception cref="ArgumentException">The key or the address cannot be one.</exception>
    public CohereReranker(
        HttpRerankerOptions? options = null, HttpClient? httpClient = null, CohereApiVersion version = CohereApiVersion.V2)
        : base(version == CohereApiVersion.V1 ? _profileV1 : _profile, options, httpClient) => _version = version;

    private protected override byte[] Write(WireRequest request) => Json(_version == CohereApiVersion.V1
        ? PlainBody.Of(request) with { ReturnDocuments = false }
        : PlainBody.Of(request) with { MaxTokensPerDoc = request.TokensPerDocument });
}

/// <summary>The two versions of Cohere's API that rerank.</summary>
public enum CohereApiVersion
{
    /// <summary>The older one, which is found behind Azure and in servers that imitate Cohere.</summary>
    V1 = 1,

    /// <summary>The one in use.</summary>
    V2 = 2,
}
