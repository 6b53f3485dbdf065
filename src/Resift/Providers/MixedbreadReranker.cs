namespace Resift;

/// <summary>Mixedbread's reranking API.</summary>
/// <remarks>
/// Mixedbread documents no range for its scores, so their scale is unspecified. The key comes from <c>MXBAI_API_KEY</c>, the address from
/// <c>MIXEDBREAD_BASE_URL</c>.
/// </remarks>
/// <param name="options">Key, address, model and limits; null for those of the environment.</param>
/// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
/// <exception cref="InvalidOperationException">There is no key.</exception>
/// <exception cref="ArgumentException">The key or the address cannot be one.</exception>
public sealed class MixedbreadReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null)
    : HttpReranker(_profile, options, httpClient)
{
    private static readonly ProviderProfile _profile = new("mixedbread", "Mixedbread", "https://api.mixedbread.com", "/v1/reranking")
    {
        KeyVariables = ["MXBAI_API_KEY"],
        EndpointVariables = ["MIXEDBREAD_BASE_URL"],
        RequiresKey = true,
        DefaultModelId = "mixedbread-ai/mxbai-rerank-large-v2",
        ListName = "data",
        ScoreName = "score",
        ExtraFields = ["rewrite_query"],
        Facts = new() { FollowsInstructions = false, CanRefuseLongDocuments = false },
    };

    // How many results come back unasked is not documented.
    private protected override byte[] Write(WireRequest request) => Json(
        new MixedbreadBody(request.ModelId, request.Query, request.Documents, request.Documents.Count, ReturnInput: false)
        {
            Extra = request.Extra,
        },
        ProvidersJsonContext.Wire.MixedbreadBody);
}

internal sealed record MixedbreadBody(string? Model, string Query, IReadOnlyList<string> Input, int TopK, bool ReturnInput) : RequestBody;
