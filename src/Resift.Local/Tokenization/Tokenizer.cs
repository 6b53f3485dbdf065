using System.Buffers;

namespace Resift.Local.Tokenization;

/// <summary>
/// Turns texts into the token ids of a model. It never changes after it is loaded and may be used from any number of threads.
/// </summary>
internal abstract class Tokenizer
{
    // Enough for nearly all texts; those with more tokens are encoded a second time, into more room.
    private const int TokensPerCharacter = 3;

    private const int SpareTokens = 8;

    /// <summary>Gets the number of tokens, whose ids run from 0.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Gets the id of the token that stands for what the vocabulary lacks; null for none.</summary>
    public required int? UnknownId { get; init; }

    /// <summary>Gets the median of the tokens' lengths in code points, rounded down.</summary>
    public required int MedianTokenLength { get; init; }

    /// <summary>Gets which special tokens stand around texts.</summary>
    public required PairTemplate Template { get; init; }

    /// <summary>Encodes a text, without special tokens around it.</summary>
    /// <param name="text">The text; half a surrogate pair counts as U+FFFD.</param>
    /// <param name="destination">Where the ids go, as far as there is room; what lies behind the last id is unspecified.</param>
    /// <returns>How many tokens the whole text has.</returns>
    public abstract int Encode(ReadOnlySpan<char> text, Span<int> destination);

    /// <summary>Gets the tokenizer that finds no special or other added token in a text; null where there is no such form of it.</summary>
    public virtual Tokenizer? WithoutAddedTokens() => null;

    /// <summary>Encodes a text into an array rented from the shared pool.</summary>
    /// <param name="text">The text.</param>
    /// <param name="limit">How many ids are wanted at most.</param>
    /// <param name="count">How many tokens the whole text has.</param>
    /// <returns>The array, of which as many ids are valid as the text has, at most the limit.</returns>
    public int[] Rent(ReadOnlySpan<char> text, int limit, out int count)
    {
        int room = (int)Math.Min(limit, ((long)text.Length * TokensPerCharacter) + SpareTokens);
        int[] ids = ArrayPool<int>.Shared.Rent(room);
        count = Encode(text, ids.AsSpan(0, room));
        if (count > room && room < limit)
        {
            ArrayPool<int>.Shared.Return(ids);
            room = Math.Min(count, limit);
            ids = ArrayPool<int>.Shared.Rent(room);
            count = Encode(text, ids.AsSpan(0, room));
        }

        return ids;
    }
}
