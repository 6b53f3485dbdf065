namespace Resift;

/// <summary>Isaacus' reranking API, for legal texts.</summary>
/// <remarks>
/// Scores are in [0, 1]. A blank document, which Isaacus refuses, is not sent and scores 0. The key comes from <c>ISAACUS_API_KEY</c>, the
/// address from <c>ISAACUS_BASE_URL</c>.
/// </remarks>
/// <param name="options">Key, address, model and limits; null for those of the environment.</param>
/// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
/// <exception cref="InvalidOperationException">There is no key.</exception>
/// <exception cref="ArgumentException">The key or the address cannot be one.</exception>
public sealed class IsaacusReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null)
    : HttpReranker(_profile, options, httpClient)
{
    // The contract: github.com/isaacus-dev/isaacus-python, its types of rerankings.
    private static readonly ProviderProfile _profile = new("isaacus", "Isaacus", "https://api.isaacus.com", "/v1/rerankings")
    {
        KeyVariables = ["ISAACUS_API_KEY"],
        EndpointVariables = ["ISAACUS_BASE_URL"],
        RequiresKey = true,
        DefaultModelId = "kanon-2-reranker",
        ScoreName = "score",
        ExtraFields = ["is_iql", "scoring_method", "chunking_options"],
        Refuses = string.IsNullOrWhiteSpace,
        Facts = new() { ScoreScale = ScoreScale.Probability, FollowsInstructions = false, CanRefuseLongDocuments = false },
    };

    private protected override byte[] Write(WireRequest request) => Json(
        new IsaacusBody(request.ModelId, request.Query, request.Documents, request.Documents.Count) { Extra = request.Extra },
        ProvidersJsonContext.Wire.IsaacusBody);
}

internal sealed record IsaacusBody(string? Model, string Query, IReadOnlyList<string> Texts, int TopN) : RequestBody;
