using System.Globalization;
using Spectre.Console;

namespace Resift.Cli;

/// <summary>Shows on standard error how far a batch is: a bar on a terminal, a plain line every few seconds elsewhere.</summary>
internal static class BatchProgress
{
    private static readonly TimeSpan _lineEvery = TimeSpan.FromSeconds(5);

    /// <summary>Runs the work.</summary>
    /// <param name="console">Where progress is shown.</param>
    /// <param name="pairs">How many pairs there are.</param>
    /// <param name="work">The work; it calls its argument with the number of pairs that are newly done.</param>
    public static Task RunAsync(CliConsole console, int pairs, Func<Action<int>, Task> work) =>
        console.IsErrorTerminal && console.AllowsAnsi ? DrawAsync(console, pairs, work) : work(Lines(console, pairs));

    private static Task DrawAsync(CliConsole console, int pairs, Func<Action<int>, Task> work) =>
        new Progress(AnsiOutput.CreateForErrors(console), console.Time)
            .AutoClear(true)
            .Columns(
                new SpinnerColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn(),
                new TaskDescriptionColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask("starting", maxValue: pairs);
                return work(done =>
                {
                    task.Increment(done);
                    task.Description = string.Create(CultureInfo.InvariantCulture,
                        $"{task.Value:N0} of {pairs:N0} pairs, {task.Speed ?? 0:F0} pairs/s");
                });
            });

    private static Action<int> Lines(CliConsole console, int pairs)
    {
        long start = console.Time.GetTimestamp();
        var shown = TimeSpan.Zero;
        int done = 0;
        return newlyDone =>
        {
            done += newlyDone;
            var elapsed = console.Time.GetElapsedTime(start);
            if (elapsed - shown >= _lineEvery && done < pairs)
            {
                shown = elapsed;
                double perSecond = done / elapsed.TotalSeconds;
                console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"resift: {done:N0} of {pairs:N0} pairs, {perSecond:F1} pairs/s, about {(pairs - done) / perSecond:F0} s left"));
            }
        };
    }
}
