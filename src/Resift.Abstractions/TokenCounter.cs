namespace Resift;

/// <summary>Counts the tokens that a model makes of a text, special tokens not counted.</summary>
/// <param name="text">The text.</param>
/// <returns>The number of tokens.</returns>
/// <remarks>
/// A local reranker or embedder gives its own through <c>GetService</c>; for other models,
/// a tokenizer's method such as <c>CountTokens</c> of Microsoft.ML.Tokenizers fits as it is. Must be safe for concurrent use.
/// </remarks>
public delegate int TokenCounter(ReadOnlySpan<char> text);
