namespace Resift;

/// <summary>
/// A server of Hugging Face's text-embeddings-inference, at <c>http://localhost:8080</c> unless the options say otherwise.
/// </summary>
/// <remarks>
/// The server applies a sigmoid, so scores are probabilities; set <see cref="HttpRerankerOptions.ScoreScale"/> to logits for raw ones. It
/// takes 32 documents in a request unless it was started with another <c>--max-client-batch-size</c>. The key, if it wants one, comes from
/// <c>TEI_API_KEY</c>.
/// </remarks>
/// <param name="options">Key, address, model and limits; null for those of the environment.</param>
/// <param name="httpClient">The client to send with, which stays the caller's; null for one with retries and time limits.</param>
/// <exception cref="ArgumentException">The key or the address cannot be one.</exception>
public sealed class TeiReranker(HttpRerankerOptions? options = null, HttpClient? httpClient = null)
    : HttpReranker(_profile, options, httpClient)
{
    private static readonly ProviderProfile _profile = new("tei", "TEI", "http://localhost:8080", "/rerank")
    {
        KeyVariables = ["TEI_API_KEY"],
        ListName = null,
        ScoreName = "score",
        ExtraFields = ["truncation_direction"],

        // A body has 2 MB at most, and is longer than its texts.
        Facts = new()
        {
            ScoreScale = ScoreScale.Probability,
            MaxDocumentsPerRequest = 32,
            MaxRequestBytes = 1_000_000,
            FollowsInstructions = false,
            CanRefuseLongDocuments = true,
        },
    };

    private protected override byte[] Write(WireRequest request) => Json(
        new TeiBody(
            request.Query, request.Documents, Truncate: !request.RefusesLongDocuments, request.WantsRawScores, ReturnText: false)
        { Extra = request.Extra },
        ProvidersJsonContext.Wire.TeiBody);
}

internal sealed record TeiBody(string Query, IReadOnlyList<string> Texts, bool Truncate, bool RawScores, bool ReturnText) : RequestBody;
