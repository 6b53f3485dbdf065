using System.Buffers;

namespace Resift.Local.Tokenization;

/// <summary>Creates the inputs of a model by its tokenizer's templates. It may be used from any number of threads.</summary>
internal sealed class PairEncoder : IPairEncoder
{
    private readonly Tokenizer _tokenizer;
    private readonly PairTemplate _template;
    private readonly int _maxTokens;

    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="maxTokens">How many tokens the model reads, special tokens included: at least those of a pair.</param>
    public PairEncoder(Tokenizer tokenizer, int maxTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, Math.Max(tokenizer.Template.TokensOfPair, tokenizer.Template.TokensOfText));
        _tokenizer = tokenizer;
        _template = tokenizer.Template;
        _maxTokens = maxTokens;
    }

    /// <inheritdoc />
    public int SpecialTokensOfPair => _template.TokensOfPair;

    /// <inheritdoc />
    public int CountTokens(ReadOnlySpan<char> text) => _tokenizer.Encode(text, []);

    /// <inheritdoc />
    public EncodedQuery EncodeQuery(string query, string? instruction = null)
    {
        int limit = _maxTokens - SpecialTokensOfPair;
        int[] ids = _tokenizer.Rent(query, limit, out int count);
        var encoded = new EncodedQuery(ids[..Math.Min(count, limit)], count);
        ArrayPool<int>.Shared.Return(ids);
        return encoded;
    }

    /// <inheritdoc />
    /// <remarks>If both are too long the longer one is cut first.</remarks>
    public TokenSequence Encode(EncodedQuery query, string document, int? maxTokensPerDocument = null)
    {
        int limit = _maxTokens - SpecialTokensOfPair;
        int[] ids = _tokenizer.Rent(document, limit, out int count);
        (int first, int second) =
            PairTruncation.Truncate(query.TokenCount, Math.Min(count, maxTokensPerDocument ?? int.MaxValue), limit);
        var pair = _template.JoinPair(query.Ids.AsSpan(0, first), ids.AsSpan(0, second), query.TokenCount - first, count - second);
        ArrayPool<int>.Shared.Return(ids);
        return pair;
    }

    /// <summary>Encodes a text that stands alone.</summary>
    public TokenSequence EncodeSingle(string text)
    {
        int limit = _maxTokens - _template.TokensOfText;
        int[] ids = _tokenizer.Rent(text, limit, out int count);
        int kept = Math.Min(count, limit);
        var encoded = _template.JoinText(ids.AsSpan(0, kept), count - kept);
        ArrayPool<int>.Shared.Return(ids);
        return encoded;
    }
}
