namespace Resift.Cli;

/// <summary>The names of the checks, as docs/cli.md lists them.</summary>
internal static class Checks
{
    public const string Model = "model";
    public const string Weights = "weights";
    public const string Key = "key";
    public const string Network = "network";
    public const string Endpoint = "endpoint";
    public const string Answer = "answer";
    public const string Order = "order";
    public const string Head = "head";
    public const string Scale = "scale";
    public const string Company = "company";
    public const string Truncation = "truncation";
    public const string Golden = "golden";

    /// <summary>Gets what has to hold before a provider's scores can be looked at, in order.</summary>
    public static IReadOnlyList<string> OfAccess { get; } = [Key, Network, Endpoint, Answer];

    /// <summary>Gets what is looked for in the scores of any reranker, in order.</summary>
    public static IReadOnlyList<string> OfScores { get; } = [Order, Head, Scale, Company, Truncation];
}
