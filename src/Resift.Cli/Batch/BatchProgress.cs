using System.Globalization;

namespace Resift.Cli;

/// <summary>Shows how far a batch is.</summary>
internal static class BatchProgress
{
    /// <summary>Runs the work.</summary>
    /// <param name="console">Where progress is shown.</param>
    /// <param name="pairs">How many pairs there are.</param>
    /// <param name="work">The work; it calls its argument with the number of pairs that are newly done.</param>
    public static Task RunAsync(CliConsole console, int pairs, Func<Action<int>, Task> work)
    {
        long done = 0;
        return WorkProgress.RunAsync(
            console,
            pairs,
            elapsed => string.Create(CultureInfo.InvariantCulture,
                $"{done:N0} of {pairs:N0} pairs, {done / elapsed.TotalSeconds:F1} pairs/s"),
            show => work(newlyDone => show(done += newlyDone)));
    }
}
