namespace Resift;

/// <summary>A score of a reranker, and whether a judge found the document relevant: what a calibration is fitted from.</summary>
/// <param name="Score">The reranker's logit; a finite number.</param>
/// <param name="Relevant">Whether the document answers the query.</param>
public readonly record struct JudgedScore(double Score, bool Relevant);
