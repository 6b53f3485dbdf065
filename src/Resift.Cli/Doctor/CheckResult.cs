namespace Resift.Cli;

/// <summary>How a check ended.</summary>
internal enum CheckOutcome
{
    Ok,
    Fail,
    Skipped,
}

/// <summary>What one check found.</summary>
/// <param name="Name">The check.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Message">What was found, or why nothing was looked for.</param>
internal sealed record CheckResult(string Name, CheckOutcome Outcome, string Message)
{
    /// <summary>Gets what to do about it; null if there is nothing to do.</summary>
    public string? Advice { get; init; }

    public static CheckResult Ok(string name, string message) => new(name, CheckOutcome.Ok, message);

    public static CheckResult Skipped(string name, string message) => new(name, CheckOutcome.Skipped, message);

    public static CheckResult Fail(string name, string message, string advice) =>
        new(name, CheckOutcome.Fail, message) { Advice = advice };
}

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
