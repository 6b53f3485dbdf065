namespace Resift.Local.Tokenization;

/// <summary>
/// A step behind the normalizer: it takes a piece of the text, cuts or changes it, and gives what comes of it to the step behind; the last
/// is the model, which writes tokens. It may be used from any number of threads.
/// </summary>
internal abstract class PieceStage
{
    /// <summary>Takes a piece.</summary>
    /// <param name="piece">The piece, without halves of surrogate pairs and not empty.</param>
    /// <param name="isFirst">Whether the original text begins with it.</param>
    /// <param name="tokens">Where the tokens go.</param>
    public abstract void Take(ReadOnlySpan<char> piece, bool isFirst, ref TokenWriter tokens);
}
