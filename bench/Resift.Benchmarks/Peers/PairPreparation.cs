using Resift.Local.Tokenization;

namespace Resift.Benchmarks;

/// <summary>Turns one query and its documents into token ids, before any clock runs.</summary>
/// <param name="request">The query and its documents.</param>
/// <returns>One pair for each document, in order.</returns>
internal delegate EncodedPair[] EncodePairs(RerankRequest request);

/// <summary>Makes the encoding that all engines share.</summary>
internal static class PairPreparation
{
    /// <summary>How many tokens of a pair the bundled cross-encoder reads.</summary>
    public const int MaxTokens = 256;

    public static EncodePairs Create(string modelFolder)
    {
        var encoder = new PairEncoder(TokenizerLoader.Load(modelFolder), MaxTokens);
        return request =>
        {
            var query = encoder.EncodeQuery(request.Query);
            return
            [
                .. request.Documents.Select(document => encoder.Encode(query, document))
                    .Select(pair => (pair.Ids, pair.FirstSegmentLength)),
            ];
        };
    }
}
