namespace Resift;

/// <summary>What is never cut: a sentence, or a part of one that is too long.</summary>
/// <param name="Start">Its first character.</param>
/// <param name="End">The character after its last.</param>
/// <param name="Tokens">How many tokens it has on its own.</param>
/// <param name="Border">What divides it from the piece before it.</param>
internal readonly record struct TextPiece(int Start, int End, int Tokens, Border Border);

/// <summary>How good a place for a cut is; the greater, the better.</summary>
internal enum Border
{
    Character,
    Word,
    Sentence,
    Paragraph,
}
