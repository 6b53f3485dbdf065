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
