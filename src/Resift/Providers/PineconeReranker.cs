namespace Resift;

/// <summary>Pinecone's rerank API.</summary>
/// <remarks>
/// Scores are in [0, 1]. What can be asked for depends on the model; of cohere-rerank-4-fast, as much of a document is read as it takes.
/// The key comes from <c>PINECONE_API_KEY</c>, the address from <c>PINECONE_CONTROLLER_HOST</c>.
/// </remarks>
/// <param name="options">Key, address, model and limits; null for those of the environment.</param>
/// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
/// <exception cref="InvalidOperationException">There is no key.</exception>
/// <exception cref="ArgumentException">The key or the address cannot be one.</exception>
public sealed class PineconeReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null)
    : HttpReranker(_profile, options, httpClient)
{
    private static readonly ProviderProfile _profile = new("pinecone", "Pinecone", "https://api.pinecone.io", "/rerank")
    {
        KeyVariables = ["PINECONE_API_KEY"],
        EndpointVariables = ["PINECONE_CONTROLLER_HOST"],
        KeyHeader = "Api-Key",
        Headers = [new("X-Pinecone-Api-Version", "2026-04")],
        RequiresKey = true,
        DefaultModelId = "bge-reranker-v2-m3",
        ListName = "data",
        ScoreName = "score",
        ExtraFields = ["max_chunks_per_doc"],
        Facts = new() { ScoreScale = ScoreScale.Probability, MaxDocumentsPerRequest = 100, FollowsInstructions = false },
    };

    private protected override byte[] Write(WireRequest request) => Json(
        new PineconeBody(
            request.ModelId,
            request.Query,
            [.. request.Documents.Select(text => new WireText(text))],
            request.Documents.Count,
            ReturnDocuments: false,
            Parameters(request)),
        ProvidersJsonContext.Wire.PineconeBody);

    // A model has parameters of its own; of one that is not known, only what the call asks for is sent.
    private static PineconeParameters? Parameters(WireRequest request)
    {
        string? truncate = request.RefusesLongDocuments ? "NONE" : request.Facts.CanRefuseLongDocuments == true ? "END" : null;
        int? tokens = request.Facts.LimitsTokensPerDocument ? request.TokensPerDocument : null;
        return truncate is null && tokens is null && request.Extra is null
            ? null
            : new PineconeParameters(truncate, tokens) { Extra = request.Extra };
    }
}

internal sealed record PineconeBody(
    string? Model, string Query, IReadOnlyList<WireText> Documents, int TopN, bool ReturnDocuments, PineconeParameters? Parameters)
    : RequestBody;

internal sealed record PineconeParameters(string? Truncate, int? MaxTokensPerDoc) : RequestBody;
