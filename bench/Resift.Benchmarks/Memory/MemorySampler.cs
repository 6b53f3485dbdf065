using System.Diagnostics;

namespace Resift.Benchmarks;

/// <summary>Reads the memory of this process at a steady pace on a thread of its own, and prints a row now and then.</summary>
internal sealed class MemorySampler : IDisposable
{
    private static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _rowEvery = TimeSpan.FromSeconds(5);

    private readonly TextWriter _output;
    private readonly ManualResetEventSlim _stop = new();
    private readonly List<MemorySample> _samples = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Thread _thread;

    public MemorySampler(TextWriter output)
    {
        _output = output;
        _output.WriteLine($"{"seconds",8} {"working set MB",15} {"GC heap MB",11}");
        _thread = new Thread(Sample) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Stops reading.</summary>
    /// <returns>What was read, in order of time.</returns>
    public IReadOnlyList<MemorySample> Stop()
    {
        _stop.Set();
        _thread.Join();
        return _samples;
    }

    public void Dispose()
    {
        Stop();
        _stop.Dispose();
    }

    private void Sample()
    {
        var nextRow = TimeSpan.Zero;
        bool last;
        do
        {
            last = _stop.Wait(_pace);
            var sample = MemorySample.Take(Stopwatch.GetElapsedTime(_start));
            _samples.Add(sample);
            if (last || sample.Elapsed >= nextRow)
            {
                _output.WriteLine(sample);
                nextRow += _rowEvery;
            }
        }
        while (!last);
    }
}
