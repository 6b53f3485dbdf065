namespace Resift;

/// <summary>Pinecone's rerank API.</summary>
/// <remarks>Scores are in [0, 1]. The key comes from <c>PINECONE_API_KEY</c>.</remarks>
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
        KeyHeader = "Api-Key",
        Headers = [new("X-Pinecone-Api-Version", "2026-04")],
        RequiresKey = true,
        DefaultModelId = "bge-reranker-v2-m3",
        ListName = "data",
        ScoreName = "score",
        CanRefuseLongDocuments = true,

        // The model gallery of docs.pinecone.io, "Rerank results".
        FactsOf = static model => new()
        {
            ScoreScale = ScoreScale.Probability,
            MaxTokensPerPair = model switch
            {
                "bge-reranker-v2-m3" => 1_024,
                "pinecone-rerank-v0" => 512,
                "cohere-rerank-3.5" => 40_000,
                _ => null,
            },
            MaxDocumentsPerRequest = model == "cohere-rerank-3.5" ? 200 : 100,
        },
    };

    private protected override byte[] Write(WireRequest request) => Json(
        new PineconeBody(
            request.ModelId,
            request.Query,
            [.. request.Documents.Select(text => new PineconeDocument(text))],
            request.Documents.Count,
            ReturnDocuments: false,
            new PineconeParameters(request.RefusesLongDocuments ? "NONE" : "END")),
        ProvidersJsonContext.Wire.PineconeBody);
}

internal sealed record PineconeBody(
    string? Model, string Query, IReadOnlyList<PineconeDocument> Documents, int TopN, bool ReturnDocuments, PineconeParameters Parameters)
    : RequestBody;

internal readonly record struct PineconeDocument(string Text);

internal sealed record PineconeParameters(string Truncate);
