using System.Diagnostics;
using System.Globalization;

namespace Resift.Benchmarks;

/// <summary>Says every few seconds how far one data set is.</summary>
/// <param name="name">The data set.</param>
/// <param name="output">Where to say it.</param>
internal sealed class BenchmarkProgress(string name, TextWriter output)
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(5);

    private string _what = "";
    private long _start;
    private TimeSpan _shown;
    private int _done;

    public void Add(string what, int newlyDone, int total)
    {
        if (_what != what)
        {
            (_what, _start, _shown, _done) = (what, Stopwatch.GetTimestamp(), TimeSpan.Zero, 0);
        }

        _done += newlyDone;
        var elapsed = Stopwatch.GetElapsedTime(_start);
        if (elapsed - _shown >= _every || _done == total)
        {
            _shown = elapsed;
            string seconds = elapsed.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);
            output.WriteLine($"{name}: {_done} of {total} {what}, {seconds} s");
        }
    }
}
