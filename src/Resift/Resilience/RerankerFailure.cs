namespace Resift;

/// <summary>A reranker that did not answer, for whoever wants to learn of it.</summary>
/// <param name="Reranker">Its model, or else its provider.</param>
/// <param name="Error">Why; a <see cref="RerankerRejectedException"/> if it was not even asked.</param>
public sealed record RerankerFailure(string Reranker, Exception Error);
