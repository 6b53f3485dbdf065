namespace Resift;

/// <summary>One query with its candidate documents, for <see cref="RerankerExtensions.RerankBatchAsync"/>.</summary>
/// <param name="Query">What is asked.</param>
/// <param name="Documents">The candidates in first-stage order.</param>
public sealed record RerankRequest(string Query, IReadOnlyList<string> Documents);
