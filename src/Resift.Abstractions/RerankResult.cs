namespace Resift;

/// <summary>The score of one document.</summary>
/// <param name="Index">The document's index in the caller's list.</param>
/// <param name="Score">Its relevance on the response's <see cref="ScoreScale"/>; higher is more relevant.</param>
public readonly record struct RerankResult(int Index, double Score);

/// <summary>One of the caller's items with its score.</summary>
/// <typeparam name="T">The type of the caller's items.</typeparam>
/// <param name="Item">The item itself.</param>
/// <param name="Index">Its index in the caller's list.</param>
/// <param name="Score">Its relevance on the response's <see cref="ScoreScale"/>; higher is more relevant.</param>
public readonly record struct RerankResult<T>(T Item, int Index, double Score);
