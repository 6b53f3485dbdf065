namespace Resift;

/// <summary>ZeroEntropy's rerank API.</summary>
/// <remarks>
/// Scores are in [0, 1]. The key comes from <c>ZEROENTROPY_API_KEY</c>, the address from <c>ZEROENTROPY_BASE_URL</c>.
/// </remarks>
/// <param name="options">Key, address, model and limits; null for those of the environment.</param>
/// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
/// <exception cref="InvalidOperationException">There is no key.</exception>
/// <exception cref="ArgumentException">The key or the address cannot be one.</exception>
public sealed class ZeroEntropyReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null)
    : HttpReranker(_profile, options, httpClient)
{
    // The contract: github.com/zeroentropy-ai/zeroentropy-python, its types of rerank.
    private static readonly ProviderProfile _profile =
        new("zeroentropy", "ZeroEntropy", "https://api.zeroentropy.dev", "/v1/models/rerank")
        {
            KeyVariables = ["ZEROENTROPY_API_KEY"],
            EndpointVariables = ["ZEROENTROPY_BASE_URL"],
            RequiresKey = true,
            DefaultModelId = "zerank-2",
            ExtraFields = ["latency"],
            Facts = new() { ScoreScale = ScoreScale.Probability, FollowsInstructions = false, CanRefuseLongDocuments = false },
        };

    private protected override byte[] Write(WireRequest request) =>
        Json(PlainBody.Of(request) with { TopN = request.Documents.Count });
}
