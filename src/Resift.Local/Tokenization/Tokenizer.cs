namespace Resift.Local.Tokenization;

/// <summary>
/// Turns texts into the token ids of a model. It never changes after it is loaded and may be used from any number of threads.
/// </summary>
internal abstract class Tokenizer
{
    /// <summary>Gets the number of tokens, whose ids run from 0.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Gets which special tokens stand around texts.</summary>
    public required PairTemplate Template { get; init; }

    /// <summary>Encodes a text, without special tokens around it.</summary>
    /// <param name="text">The text; half a surrogate pair counts as U+FFFD.</param>
    /// <param name="destination">Where the ids go, as far as there is room; what lies behind the last id is unspecified.</param>
    /// <returns>How many tokens the whole text has.</returns>
    public abstract int Encode(ReadOnlySpan<char> text, Span<int> destination);
}
