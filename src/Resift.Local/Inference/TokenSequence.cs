namespace Resift.Local.Inference;

/// <summary>One sequence for the encoder.</summary>
/// <param name="Ids">The token ids, special tokens included.</param>
/// <param name="FirstSegmentLength">How many of them belong to the first segment (token type 0); the rest has token type 1.</param>
internal readonly record struct TokenSequence(int[] Ids, int FirstSegmentLength)
{
    public int Length => Ids.Length;
}
