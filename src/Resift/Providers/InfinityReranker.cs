namespace Resift;

/// <summary>An Infinity server, at <c>http://localhost:7997</c> unless the options say otherwise.</summary>
/// <remarks>
/// The server applies a sigmoid, so scores are probabilities; set <see cref="HttpRerankerOptions.ScoreScale"/> to logits for raw ones. The
/// key, if it wants one, comes from <c>INFINITY_API_KEY</c>.
/// </remarks>
/// <param name="options">Key, address, model and limits; null for those of the environment.</param>
/// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
/// <exception cref="ArgumentException">The key or the address cannot be one.</exception>
public sealed class InfinityReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null)
    : HttpReranker(_profile, options, httpClient)
{
    private static readonly ProviderProfile _profile = new("infinity", "Infinity", "http://localhost:7997", "/rerank")
    {
        KeyVariables = ["INFINITY_API_KEY"],
        Facts = new() { ScoreScale = ScoreScale.Probability, FollowsInstructions = false, CanRefuseLongDocuments = false },
    };

    private protected override byte[] Write(WireRequest request) =>
        Json(PlainBody.Of(request) with { ReturnDocuments = false, RawScores = request.WantsRawScores });
}
