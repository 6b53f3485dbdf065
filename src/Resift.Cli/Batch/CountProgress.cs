using System.Globalization;

namespace Resift.Cli;

/// <summary>Says every few seconds how far work is whose end nobody knows.</summary>
/// <param name="console">Where it is said.</param>
/// <param name="what">What is counted, such as "texts".</param>
internal sealed class CountProgress(CliConsole console, string what)
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(5);

    private readonly long _start = console.Time.GetTimestamp();
    private TimeSpan _shown;
    private long _done;

    /// <summary>Gets what is counted.</summary>
    public string What => what;

    /// <summary>Counts what is newly done.</summary>
    public void Add(int newlyDone)
    {
        _done += newlyDone;
        var elapsed = console.Time.GetElapsedTime(_start);
        if (elapsed - _shown >= _every)
        {
            _shown = elapsed;
            console.Note(string.Create(
                CultureInfo.InvariantCulture, $"{_done:N0} {what} so far, {_done / elapsed.TotalSeconds:F1} a second"));
        }
    }
}
