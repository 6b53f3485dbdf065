namespace Resift;

/// <summary>Contextual AI's rerank API.</summary>
/// <remarks>
/// Its models follow instructions. No range is documented for the scores, so their scale is unspecified. The key comes from
/// <c>CONTEXTUAL_API_KEY</c>, the address from <c>CONTEXTUAL_AI_BASE_URL</c>.
/// </remarks>
/// <param name="options">Key, address, model and limits; null for those of the environment.</param>
/// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
/// <exception cref="InvalidOperationException">There is no key.</exception>
/// <exception cref="ArgumentException">The key or the address cannot be one.</exception>
public sealed class ContextualReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null)
    : HttpReranker(_profile, options, httpClient)
{
    // The contract: github.com/ContextualAI/contextual-client-python, its types of rerank.
    private static readonly ProviderProfile _profile = new("contextual", "Contextual AI", "https://api.contextual.ai", "/v1/rerank")
    {
        KeyVariables = ["CONTEXTUAL_API_KEY"],
        EndpointVariables = ["CONTEXTUAL_AI_BASE_URL"],
        RequiresKey = true,
        DefaultModelId = "ctxl-rerank-v2-instruct-multilingual",
        Facts = new() { FollowsInstructions = true, CanRefuseLongDocuments = false },
    };

    private protected override byte[] Write(WireRequest request) => Json(PlainBody.Of(request) with
    {
        TopN = request.Documents.Count,
        Instruction = request.Options?.Instruction,
    });
}
