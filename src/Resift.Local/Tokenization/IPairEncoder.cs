namespace Resift.Local.Tokenization;

/// <summary>Creates the inputs of a model that reads query and document together. It may be used from any number of threads.</summary>
internal interface IPairEncoder
{
    /// <summary>Gets how many tokens of a pair belong to neither text.</summary>
    int SpecialTokensOfPair { get; }

    /// <summary>Counts the tokens of a text, however long, without special tokens.</summary>
    int CountTokens(ReadOnlySpan<char> text);

    /// <summary>Encodes a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="instruction">What the model is to judge by; null for the usual, and where it follows no instructions.</param>
    EncodedQuery EncodeQuery(string query, string? instruction = null);

    /// <summary>Encodes a document and joins it with a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="document">The document.</param>
    /// <param name="maxTokensPerDocument">How many tokens of the document may stay, whatever the query leaves; null for all.</param>
    TokenSequence Encode(EncodedQuery query, string document, int? maxTokensPerDocument = null);
}
