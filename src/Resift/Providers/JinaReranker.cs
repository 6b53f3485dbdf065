namespace Resift;

/// <summary>Jina's rerank API.</summary>
/// <remarks>
/// The default model scores each document on its own, so calls of any length are possible; jina-reranker-v3 and v3.5 read them together, at
/// most 64. Jina documents no range for its scores, so their scale is unspecified. The key comes from <c>JINA_API_KEY</c>,
/// <c>JINAAI_API_KEY</c> or <c>JINA_AI_API_KEY</c>.
/// </remarks>
/// <param name="options">Key, address, model and limits; null for those of the environment.</param>
/// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
/// <exception cref="InvalidOperationException">There is no key.</exception>
/// <exception cref="ArgumentException">The key or the address cannot be one.</exception>
public sealed class JinaReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null)
    : HttpReranker(_profile, options, httpClient)
{
    private static readonly ProviderProfile _profile = new("jina", "Jina", "https://api.jina.ai", "/v1/rerank")
    {
        KeyVariables = ["JINA_API_KEY", "JINAAI_API_KEY", "JINA_AI_API_KEY"],
        RequiresKey = true,
        DefaultModelId = "jina-reranker-v2-base-multilingual",
        Facts = new() { FollowsInstructions = false, CanRefuseLongDocuments = false },
    };

    private protected override byte[] Write(WireRequest request) => Json(PlainBody.Of(request) with { ReturnDocuments = false });
}
