namespace Resift;

/// <summary>SiliconFlow's rerank API.</summary>
/// <remarks>
/// It serves many models, so one has to be named, and the scale of the scores is unspecified unless the options state it. Some models
/// follow instructions. The key comes from <c>SILICONFLOW_API_KEY</c>.
/// </remarks>
/// <param name="options">Key, address, model and limits; null for those of the environment.</param>
/// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
/// <exception cref="InvalidOperationException">There is no key.</exception>
/// <exception cref="ArgumentException">No model is named, or the key or the address cannot be one.</exception>
public sealed class SiliconFlowReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null)
    : HttpReranker(_profile, options, httpClient)
{
    // The contract: docs.siliconflow.com, "Create rerank".
    private static readonly ProviderProfile _profile = new("siliconflow", "SiliconFlow", "https://api.siliconflow.com", "/v1/rerank")
    {
        KeyVariables = ["SILICONFLOW_API_KEY"],
        RequiresKey = true,
        RequiresModel = true,
        ExtraFields = ["max_chunks_per_doc", "overlap_tokens"],
        Facts = new() { CanRefuseLongDocuments = false },
    };

    private protected override byte[] Write(WireRequest request) => Json(PlainBody.Of(request) with
    {
        TopN = request.Documents.Count,
        ReturnDocuments = false,
        Instruction = request.Options?.Instruction,
    });
}
