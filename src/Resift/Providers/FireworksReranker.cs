namespace Resift;

/// <summary>Fireworks' rerank API.</summary>
/// <remarks>
/// It serves many models, so one has to be named, such as <c>fireworks/qwen3-reranker-8b</c>, and the scale of the scores is unspecified
/// unless the options state it. The key comes from <c>FIREWORKS_API_KEY</c>.
/// </remarks>
/// <param name="options">Key, address, model and limits; null for those of the environment.</param>
/// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
/// <exception cref="InvalidOperationException">There is no key.</exception>
/// <exception cref="ArgumentException">No model is named, or the key or the address cannot be one.</exception>
public sealed class FireworksReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null)
    : HttpReranker(_profile, options, httpClient)
{
    // The contract: github.com/BerriAI/litellm, llms/fireworks_ai/rerank/transformation.py, and its tests.
    private static readonly ProviderProfile _profile = new("fireworks", "Fireworks", "https://api.fireworks.ai", "/inference/v1/rerank")
    {
        KeyVariables = ["FIREWORKS_API_KEY"],
        RequiresKey = true,
        RequiresModel = true,
        ListName = "data",
        Facts = new() { FollowsInstructions = false, CanRefuseLongDocuments = false },
    };

    private protected override byte[] Write(WireRequest request) =>
        Json(PlainBody.Of(request) with { TopN = request.Documents.Count, ReturnDocuments = false });
}
