using System.Buffers;

namespace Resift.Local.Tokenization;

/// <summary>Creates the inputs of a model. It may be used from any number of threads.</summary>
internal sealed class PairEncoder
{
    // Enough for nearly all texts; those with more tokens are encoded a second time, into more room.
    private const int TokensPerCharacter = 3;

    private const int SpareTokens = 8;

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

    /// <summary>Gets how many tokens of a pair belong to neither text.</summary>
    public int SpecialTokensOfPair => _template.TokensOfPair;

    /// <summary>Counts the tokens of a text, however long, without special tokens.</summary>
    public int CountTokens(ReadOnlySpan<char> text) => _tokenizer.Encode(text, []);

    /// <summary>Encodes a query.</summary>
    public EncodedQuery EncodeQuery(string query)
    {
        int limit = _maxTokens - SpecialTokensOfPair;
        int[] ids = Rent(query, limit, out int count);
        var encoded = new EncodedQuery(ids[..Math.Min(count, limit)], count);
        ArrayPool<int>.Shared.Return(ids);
        return encoded;
    }

    /// <summary>Encodes a document and joins it with a query. If both are too long the longer one is cut first.</summary>
    /// <param name="query">The query.</param>
    /// <param name="document">The document.</param>
    /// <param name="maxTokensPerDocument">How many tokens of the document may stay, whatever the query leaves; null for all.</param>
    public TokenSequence Encode(EncodedQuery query, string document, int? maxTokensPerDocument = null)
    {
        int limit = _maxTokens - SpecialTokensOfPair;
        int[] ids = Rent(document, limit, out int count);
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
        int[] ids = Rent(text, limit, out int count);
        int kept = Math.Min(count, limit);
        var encoded = _template.JoinText(ids.AsSpan(0, kept), count - kept);
        ArrayPool<int>.Shared.Return(ids);
        return encoded;
    }

    /// <summary>Encodes a text into a rented array, of which as many ids are valid as the text has, at most the limit.</summary>
    private int[] Rent(string text, int limit, out int count)
    {
        int room = (int)Math.Min(limit, ((long)text.Length * TokensPerCharacter) + SpareTokens);
        int[] ids = ArrayPool<int>.Shared.Rent(room);
        count = _tokenizer.Encode(text, ids.AsSpan(0, room));
        if (count > room && room < limit)
        {
            ArrayPool<int>.Shared.Return(ids);
            room = Math.Min(count, limit);
            ids = ArrayPool<int>.Shared.Rent(room);
            count = _tokenizer.Encode(text, ids.AsSpan(0, room));
        }

        return ids;
    }
}
