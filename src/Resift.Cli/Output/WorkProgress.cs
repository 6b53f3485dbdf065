using System.Globalization;
using Spectre.Console;

namespace Resift.Cli;

/// <summary>Shows on standard error how far long work is: a bar on a terminal, a plain line every few seconds elsewhere.</summary>
internal static class WorkProgress
{
    private static readonly TimeSpan _lineEvery = TimeSpan.FromSeconds(5);

    /// <summary>Runs the work.</summary>
    /// <param name="console">Where progress is shown.</param>
    /// <param name="total">How much work there is, in a unit that takes about the same time everywhere.</param>
    /// <param name="describe">Says what is done and how fast, given the time since the beginning.</param>
    /// <param name="work">The work; it calls its argument with how much of the total is done.</param>
    public static Task RunAsync(CliConsole console, long total, Func<TimeSpan, string> describe, Func<Action<long>, Task> work)
    {
        long start = console.Time.GetTimestamp();
        return console.IsErrorTerminal && console.AllowsAnsi
            ? DrawAsync(console, start, total, describe, work)
            : work(Lines(console, start, total, describe));
    }

    private static Task DrawAsync(
        CliConsole console, long start, long total, Func<TimeSpan, string> describe, Func<Action<long>, Task> work) =>
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
                var task = context.AddTask("starting", maxValue: total);
                return work(done =>
                {
                    task.Value = done;
                    task.Description = Markup.Escape(describe(console.Time.GetElapsedTime(start)));
                });
            });

    private static Action<long> Lines(CliConsole console, long start, long total, Func<TimeSpan, string> describe)
    {
        var shown = TimeSpan.Zero;
        return done =>
        {
            var elapsed = console.Time.GetElapsedTime(start);
            if (elapsed - shown >= _lineEvery && done > 0 && done < total)
            {
                shown = elapsed;
                console.Note(string.Create(CultureInfo.InvariantCulture,
                    $"{describe(elapsed)}, about {(total - done) * (elapsed.TotalSeconds / done):F0} s left"));
            }
        };
    }
}
