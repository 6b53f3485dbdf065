namespace Resift.Local.Tokenization;

/// <summary>What a model reads, such as <c>[CLS] query [SEP] document [SEP]</c> or <c>[CLS] text [SEP]</c>.</summary>
/// <param name="Ids">The ids, special tokens included.</param>
/// <param name="FirstSegmentLength">How many ids have the type 0, the first ones; the others have the type 1.</param>
/// <param name="FirstTokensCut">How many tokens of the query, or of the only text, are not among the ids.</param>
/// <param name="SecondTokensCut">How many tokens of the document are not among the ids.</param>
internal readonly record struct TokenSequence(int[] Ids, int FirstSegmentLength, int FirstTokensCut = 0, int SecondTokensCut = 0)
{
    public int Length => Ids.Length;
}
