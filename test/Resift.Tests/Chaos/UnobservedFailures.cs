using System.Collections.Concurrent;

namespace Resift.Tests.Chaos;

/// <summary>Hears of tasks that failed without anybody looking, from now until it is disposed.</summary>
internal sealed class UnobservedFailures : IDisposable
{
    private readonly ConcurrentQueue<Exception> _failures = new();

    public UnobservedFailures()
    {
        // What lies around from before is not ours.
        Collect();
        TaskScheduler.UnobservedTaskException += Note;
    }

    /// <summary>Finds what was left lying until now.</summary>
    public IReadOnlyList<Exception> Find()
    {
        Collect();
        return [.. _failures];
    }

    public void Dispose() => TaskScheduler.UnobservedTaskException -= Note;

    private static void Collect()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private void Note(object? sender, UnobservedTaskExceptionEventArgs args) => _failures.Enqueue(args.Exception);
}
