using Resift.Local.Inference;
using Resift.Local.Tokenization;

namespace Resift;

/// <summary>Answers calls of a cross-encoder, whatever runs it: what is refused, what is cut, and what a logit becomes.</summary>
/// <param name="pairs">Encodes the pairs.</param>
/// <param name="runner">Computes one logit a pair.</param>
/// <param name="modelId">The model's name.</param>
/// <param name="scale">The scale of its scores.</param>
internal sealed class PairScoring(IPairEncoder pairs, ISequenceRunner runner, string modelId, ScoreScale scale)
{
    /// <summary>Gets how logits become probabilities; null for the scale alone.</summary>
    public LocalCalibration? Calibration { get; init; }

    public bool FollowsInstructions { get; init; }

    /// <inheritdoc cref="LocalReranker.RerankAsync" />
    public async Task<RerankResponse> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options, CancellationToken cancellationToken)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfNotSupported(options);

        var source = new PairSource(pairs, query, documents, options);
        float[] logits = await runner.RunAsync(documents.Count, source.Next, cancellationToken).ConfigureAwait(false);
        return RerankResponse.Create([.. logits.Select(Score)], scale, options?.TopN) with { ModelId = modelId, Usage = source.Usage };
    }

    private double Score(float logit, int index)
    {
        if (float.IsNaN(logit))
        {
            throw new RerankerException($"The logit of document {index} is NaN; a number was expected. '{modelId}' computes " +
                "beyond what its numbers can hold: check its weights.")
            { DocumentIndex = index };
        }

        return Calibration?.Probability(logit) ?? ScoreScale.Logit.Convert(logit, scale);
    }

    private void ThrowIfNotSupported(RerankOptions? options)
    {
        RerankArguments.ThrowIfChunking(options);
        LocalModelInfo.ThrowUnlessNamed(options?.ModelId, modelId);
        if (options?.Instruction is not null && !FollowsInstructions)
        {
            throw new NotSupportedException($"'{modelId}' follows no instructions. Leave Instruction null, or put it into the query.");
        }
    }

    /// <summary>Encodes the pairs of one call in order, and keeps count of what was read and what was cut.</summary>
    private sealed class PairSource(IPairEncoder encoder, string query, IReadOnlyList<string> documents, RerankOptions? options)
    {
        private readonly EncodedQuery _query = encoder.EncodeQuery(query, options?.Instruction);
        private readonly List<TruncatedDocument> _truncated = [];
        private long _tokens;
        private int _queryTokensCut;

        public RerankUsage Usage => new()
        {
            Pairs = documents.Count,
            InputTokens = _tokens,
            EstimatedCost = 0,
            TruncatedDocuments = _truncated,
            QueryTokensCut = _queryTokensCut,
        };

        public TokenSequence Next(int index)
        {
            var pair = encoder.Encode(_query, documents[index], options?.MaxTokensPerDocument);
            if (options?.Truncation == TruncationPolicy.Error && pair.FirstTokensCut + pair.SecondTokensCut > 0)
            {
                throw new ArgumentException(
                    $"Document {index} is too long by {pair.SecondTokensCut} tokens (and the query by {pair.FirstTokensCut}), and " +
                    "nothing may be cut, as the call says. Shorten it, or let it be truncated.");
            }

            _tokens += pair.Ids.Length;
            _queryTokensCut = Math.Max(_queryTokensCut, pair.FirstTokensCut);
            if (pair.SecondTokensCut > 0)
            {
                _truncated.Add(new(index, pair.SecondTokensCut));
            }

            return pair;
        }
    }
}
