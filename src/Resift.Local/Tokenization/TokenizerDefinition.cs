namespace Resift.Local.Tokenization;

/// <summary>What the files of a folder say about a WordPiece tokenizer.</summary>
internal sealed record TokenizerDefinition(WordPieceModel Model, BertNormalization Normalization)
{
    public required IReadOnlyList<AddedToken> AddedTokens { get; init; }

    /// <summary>Gets the median of the tokens' lengths in code points, rounded down.</summary>
    public required int MedianTokenLength { get; init; }

    public required PairTemplate Template { get; init; }

    /// <summary>Gets the number of tokens, added ones counted; their ids run from 0.</summary>
    public required int VocabularySize { get; init; }
}
