namespace Resift.Cli;

/// <summary>A query of a run with the documents that the first stage found for it, best first.</summary>
internal sealed record QueryCandidates(string QueryId, IReadOnlyList<string> DocumentIds);
