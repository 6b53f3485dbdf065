namespace Resift;

/// <summary>Voyage's rerank API.</summary>
/// <remarks>
/// Voyage documents no range for its scores, so their scale is unspecified. An instruction is put before the query, for the models that
/// follow one (rerank-2.5 and later). The key comes from <c>VOYAGE_API_KEY</c>.
/// </remarks>
/// <param name="options">Key, address, model and limits; null for those of the environment.</param>
/// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
/// <exception cref="InvalidOperationException">There is no key.</exception>
/// <exception cref="ArgumentException">The key or the address cannot be one.</exception>
public sealed class VoyageReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null)
    : HttpReranker(_profile, options, httpClient)
{
    private static readonly ProviderProfile _profile = new("voyage", "Voyage", "https://api.voyageai.com", "/v1/rerank")
    {
        KeyVariables = ["VOYAGE_API_KEY"],
        RequiresKey = true,
        DefaultModelId = "rerank-2.5",
        ListName = "data",
        CanRefuseLongDocuments = true,
        FactsOf = static model => new()
        {
            MaxTokensPerPair = model switch
            {
                "rerank-lite-1" => 4_000,
                "rerank-1" or "rerank-2-lite" => 8_000,
                "rerank-2" => 16_000,
                _ => 32_000,
            },
            MaxDocumentsPerRequest = 1_000,

            // The limit is 600,000 tokens (300,000 for the first models) of the documents, and of the query once for each of them.
            MaxRequestBytes = (model is "rerank-1" or "rerank-lite-1" ? 300_000 : 600_000) * TokenSize.Bytes,
            CountsQueryPerDocument = true,
            FollowsInstructions = model is not null and not ("rerank-1" or "rerank-lite-1" or "rerank-2" or "rerank-2-lite"),
        },
    };

    private protected override byte[] Write(WireRequest request) => Json(
        new VoyageBody(
            request.ModelId,
            request.Options?.Instruction is { } instruction ? $"{instruction}\n{request.Query}" : request.Query,
            request.Documents,
            ReturnDocuments: false,
            Truncation: !request.RefusesLongDocuments),
        ProvidersJsonContext.Wire.VoyageBody);
}

internal sealed record VoyageBody(string? Model, string Query, IReadOnlyList<string> Documents, bool ReturnDocuments, bool Truncation)
    : RequestBody;
