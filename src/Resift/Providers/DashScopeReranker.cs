namespace Resift;

/// <summary>The rerank API of Alibaba Cloud's Model Studio (DashScope).</summary>
/// <remarks>
/// The default address is that of China; set <see cref="HttpRerankerOptions.Endpoint"/> to the one of your region or workspace, such as
/// <c>https://dashscope-intl.aliyuncs.com</c>. No range is documented for the scores, so their scale is unspecified. The key comes from
/// <c>DASHSCOPE_API_KEY</c>.
/// </remarks>
/// <param name="options">Key, address, model and limits; null for those of the environment.</param>
/// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
/// <exception cref="InvalidOperationException">There is no key.</exception>
/// <exception cref="ArgumentException">The key or the address cannot be one.</exception>
public sealed class DashScopeReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null)
    : HttpReranker(_profile, options, httpClient)
{
    // The contract: docs.qwencloud.com/api-reference/rerank/openai-rerank.
    private static readonly ProviderProfile _profile =
        new("dashscope", "DashScope", "https://dashscope.aliyuncs.com", "/compatible-api/v1/reranks")
        {
            KeyVariables = ["DASHSCOPE_API_KEY"],
            RequiresKey = true,
            DefaultModelId = "qwen3-rerank",
            Facts = new() { CanRefuseLongDocuments = false, CountsQueryPerDocument = true },
        };

    private protected override byte[] Write(WireRequest request) => Json(PlainBody.Of(request) with
    {
        TopN = request.Documents.Count,
        Instruct = request.Options?.Instruction,
    });
}
