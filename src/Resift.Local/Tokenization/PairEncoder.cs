using System.Buffers;

namespace Resift.Local.Tokenization;

/// <summary>Creates the inputs of a model. It may be used from any number of threads.</summary>
internal sealed class PairEncoder
{
    public const int SpecialTokensOfPair = 3;

    private const int SpecialTokensOfText = 2;

    /// <summary>The most tokens that one UTF-16 unit becomes: a Hangul syllable of three jamo.</summary>
    private const int TokensPerCharacter = 3;

    private readonly WordPieceTokenizer _tokenizer;
    private readonly int _maxTokens;

    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="maxTokens">How many tokens the model reads, special tokens included: at least the three of a pair.</param>
    public PairEncoder(WordPieceTokenizer tokenizer, int maxTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, SpecialTokensOfPair);
        _tokenizer = tokenizer;
        _maxTokens = maxTokens;
    }

    /// <summary>Counts the tokens of a text, however long, without special tokens.</summary>
    public int CountTokens(ReadOnlySpan<char> text) => _tokenizer.Encode(text, []);

    /// <summary>Encodes a query.</summary>
    public EncodedQuery EncodeQuery(string query)
    {
        int[] room = Rent(query, _maxTokens - SpecialTokensOfPair, out int limit);
        try
        {
            int count = _tokenizer.Encode(query, room.AsSpan(0, limit));
            return new EncodedQuery(room[..Math.Min(count, limit)], count);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(room);
        }
    }

    /// <summary>Encodes a document and joins it with a query. If both are too long the longer one is cut first.</summary>
    /// <param name="query">The query.</param>
    /// <param name="document">The document.</param>
    /// <param name="maxTokensPerDocument">How many tokens of the document may stay, whatever the query leaves; null for all.</param>
    public TokenSequence Encode(EncodedQuery query, string document, int? maxTokensPerDocument = null)
    {
        int[] room = Rent(document, _maxTokens - SpecialTokensOfPair, out int limit);
        try
        {
            int count = _tokenizer.Encode(document, room.AsSpan(0, limit));
            (int first, int second) = PairTruncation.Truncate(
                query.TokenCount,
                Math.Min(count, maxTokensPerDocument ?? int.MaxValue),
                _maxTokens - SpecialTokensOfPair);

            int[] ids = new int[first + second + SpecialTokensOfPair];
            ids[0] = _tokenizer.ClsId;
            query.Ids.AsSpan(0, first).CopyTo(ids.AsSpan(1));
            ids[first + 1] = _tokenizer.SepId;
            room.AsSpan(0, second).CopyTo(ids.AsSpan(first + 2));
            ids[^1] = _tokenizer.SepId;
            return new TokenSequence(ids, first + 2, query.TokenCount - first, count - second);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(room);
        }
    }

    /// <summary>Encodes a text that stands alone.</summary>
    public TokenSequence EncodeSingle(string text)
    {
        int[] room = Rent(text, _maxTokens - SpecialTokensOfText, out int limit);
        try
        {
            int count = _tokenizer.Encode(text, room.AsSpan(0, limit));
            int kept = Math.Min(count, limit);
            int[] ids = new int[kept + SpecialTokensOfText];
            ids[0] = _tokenizer.ClsId;
            room.AsSpan(0, kept).CopyTo(ids.AsSpan(1));
            ids[^1] = _tokenizer.SepId;
            return new TokenSequence(ids, ids.Length, count - kept, 0);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(room);
        }
    }

    private static int[] Rent(string text, int limit, out int room)
    {
        room = (int)Math.Min(limit, (long)text.Length * TokensPerCharacter);
        return ArrayPool<int>.Shared.Rent(room);
    }
}
