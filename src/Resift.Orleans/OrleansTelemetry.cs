using System.Diagnostics;

namespace Resift;

/// <summary>The names under which calls of a cluster are traced. They may change in any release.</summary>
public static class OrleansTelemetry
{
    /// <summary>
    /// The name of the source of spans: one for the call, and within it one for each part on the silo that did it. None carries a text.
    /// </summary>
    public const string SourceName = "Resift.Orleans";

    internal const string Name = "resift.orleans.reranker";
    internal const string Documents = "gen_ai.rerank.candidate.count";
    internal const string Tokens = "resift.orleans.tokens";
    internal const string Parts = "resift.orleans.parts";
    internal const string Attempts = "resift.orleans.attempts";

    internal static readonly ActivitySource Source = new(SourceName);
}
