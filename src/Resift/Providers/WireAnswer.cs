namespace Resift;

/// <summary>What one answer says: a score for each document of its request, in their order, and what they cost.</summary>
internal sealed record WireAnswer(double[] Scores, string? ModelId, long? InputTokens, double? SearchUnits);
