namespace Resift;

/// <summary>
/// A llama.cpp server (<c>llama-server --reranking</c>), at <c>http://localhost:8080</c> unless the options say otherwise.
/// </summary>
/// <remarks>Scores are logits. The key, if the server wants one, comes from <c>LLAMA_API_KEY</c>.</remarks>
/// <param name="options">Key, address, model and limits; null for those of the environment.</param>
/// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
/// <exception cref="ArgumentException">The key or the address cannot be one.</exception>
public sealed class LlamaCppReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null)
    : HttpReranker(_profile, options, httpClient)
{
    private static readonly ProviderProfile _profile = new("llama.cpp", "llama.cpp", "http://localhost:8080", "/v1/rerank")
    {
        KeyVariables = ["LLAMA_API_KEY"],
        Facts = new() { ScoreScale = ScoreScale.Logit, FollowsInstructions = false, CanRefuseLongDocuments = false },
    };

    private protected override byte[] Write(WireRequest request) => Json(PlainBody.Of(request));
}
