namespace Resift;

/// <summary>Together's rerank API.</summary>
/// <remarks>
/// It has no default model. What the scores mean depends on the model, so their scale is unspecified unless the options state it. The key
/// comes from <c>TOGETHER_API_KEY</c>, the address from <c>TOGETHER_BASE_URL</c>.
/// </remarks>
/// <param name="options">Key, address, model and limits; null for those of the environment.</param>
/// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
/// <exception cref="InvalidOperationException">There is no key.</exception>
/// <exception cref="ArgumentException">No model is named, or the key or the address cannot be one.</exception>
public sealed class TogetherReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null)
    : HttpReranker(_profile, options, httpClient)
{
    private static readonly ProviderProfile _profile = new("together", "Together", "https://api.together.ai", "/v1/rerank")
    {
        KeyVariables = ["TOGETHER_API_KEY"],
        EndpointVariables = ["TOGETHER_BASE_URL"],
        RequiresKey = true,
        RequiresModel = true,
        Facts = new() { FollowsInstructions = false, CanRefuseLongDocuments = false },
    };

    private protected override byte[] Write(WireRequest request) => Json(PlainBody.Of(request) with { ReturnDocuments = false });
}
