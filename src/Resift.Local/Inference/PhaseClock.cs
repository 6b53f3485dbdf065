using System.Diagnostics;

namespace Resift.Local.Inference;

/// <summary>The parts of a forward pass, for the benchmark that tells where the time goes.</summary>
internal enum Phase
{
    Embeddings,
    Projections,
    Attention,
    AttentionOutput,
    FeedForwardUp,
    FeedForwardDown,
    Norms,
    Head,
}

/// <summary>Adds up the time of each phase on one thread. Workspaces have none unless a benchmark gives them one.</summary>
internal sealed class PhaseClock
{
    private readonly long[] _ticks = new long[Enum.GetValues<Phase>().Length];
    private long _last = Stopwatch.GetTimestamp();

    /// <summary>Begins to measure.</summary>
    public void Start() => _last = Stopwatch.GetTimestamp();

    /// <summary>Books the time since the last mark.</summary>
    public void Mark(Phase phase)
    {
        long now = Stopwatch.GetTimestamp();
        _ticks[(int)phase] += now - _last;
        _last = now;
    }

    public TimeSpan Of(Phase phase) => Stopwatch.GetElapsedTime(0, _ticks[(int)phase]);
}
