namespace Resift.Local.Tokenization;

/// <summary>A vocabulary, as far as added tokens are compared with it.</summary>
internal interface IVocabulary
{
    /// <summary>Gets the id of a token, or null.</summary>
    int? FindId(ReadOnlySpan<char> token);
}

/// <summary>The last step of a tokenizer: it turns a piece into tokens of its vocabulary.</summary>
internal abstract class TokenModel : PieceStage, IVocabulary
{
    /// <summary>Gets the id of the token that stands for what the vocabulary lacks; null for none.</summary>
    public abstract int? UnknownId { get; }

    public abstract int? FindId(ReadOnlySpan<char> token);
}
