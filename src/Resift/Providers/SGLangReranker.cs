namespace Resift;

/// <summary>An SGLang server, at <c>http://localhost:30000</c> unless the options say otherwise.</summary>
/// <remarks>
/// What the scores mean depends on the model that it serves, so their scale is unspecified unless
/// <see cref="HttpRerankerOptions.ScoreScale"/> states it. The key, if the server wants one, comes from <c>SGLANG_API_KEY</c>.
/// </remarks>
/// <param name="options">Key, address, model and limits; null for those of the environment.</param>
/// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
/// <exception cref="ArgumentException">The key or the address cannot be one.</exception>
public sealed class SGLangReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null)
    : HttpReranker(_profile, options, httpClient)
{
    // The contract: github.com/sgl-project/sglang, pull request 16403 and entrypoints/openai/protocol.py.
    private static readonly ProviderProfile _profile = new("sglang", "SGLang", "http://localhost:30000", "/v1/rerank")
    {
        KeyVariables = ["SGLANG_API_KEY"],
        ListName = null,
        ScoreName = "score",
        Facts = new() { CanRefuseLongDocuments = false },
    };

    private protected override byte[] Write(WireRequest request) => Json(PlainBody.Of(request) with
    {
        TopN = request.Documents.Count,
        ReturnDocuments = false,
        Instruct = request.Options?.Instruction,
    });
}
