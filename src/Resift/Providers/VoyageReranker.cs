namespace Resift;

/// <summary>Voyage's rerank API.</summary>
/// <remarks>
/// Voyage documents no range for its scores, so their scale is unspecified. An instruction is put before the query, for the models that
/// follow one (rerank-2.5 and later). An empty document, for which Voyage would refuse the whole request, is not sent and ranks last. The
/// key comes from <c>VOYAGE_API_KEY</c>; one that begins with <c>al-</c> is MongoDB's and goes to its address.
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
        EndpointOfKeys = ("al-", "https://ai.mongodb.com"),
        Refuses = string.IsNullOrEmpty,
        Facts = new()
        {
            MaxDocumentsPerRequest = 1_000,

            // Of a model that is not known, as few tokens as the first ones took.
            MaxRequestBytes = 300_000 * TokenSize.Bytes,
            CountsQueryPerDocument = true,
            CanRefuseLongDocuments = true,
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
