using System.Diagnostics;
using Resift.Local.Tokenization;

namespace Resift.Local.Inference;

/// <summary>
/// The one place where concurrent calls meet: their sequences wait here, the queue's threads cut batches out of them by
/// <see cref="InferenceTurns"/>, and cancelled work is dropped before it begins.
/// </summary>
/// <remarks>
/// Memory has a bound: every thread owns one <see cref="Workspace"/> for a batch, and a call is cut into jobs of a few sequences, of which
/// it has only so many encoded ahead: a fixed number, divided by the calls that are under way, and one at the least.
/// </remarks>
internal sealed class InferenceQueue : ISequenceRunner, IDisposable
{
    // Enough for two batches a thread of texts with ten tokens each: one that is computed, and one that waits.
    private const int JobsPerThread = 8;
    private const int JobSequences = 16;

    private readonly SequenceModel _model;
    private readonly int _batchTokens;
    private readonly object _lock = new();
    private readonly InferenceTurns _turns;
    private readonly QueueMetrics _metrics;
    private readonly CancellationTokenSource _disposal = new();
    private readonly Thread[] _threads;
    private int _calls;
    private bool _started;
    private bool _disposed;

    /// <summary>Creates the queue; its threads start with the first job.</summary>
    /// <param name="model">The model; owned from now on.</param>
    /// <param name="modelId">What measurements call it.</param>
    /// <param name="threads">How many threads compute.</param>
    /// <param name="batchTokens">How many tokens a batch has at most; no less than the longest sequence.</param>
    /// <param name="clocks">One per thread to measure the phases of the forward pass; null for no measuring.</param>
    public InferenceQueue(SequenceModel model, string modelId, int threads, int batchTokens, IReadOnlyList<PhaseClock>? clocks = null)
    {
        _model = model;
        _batchTokens = batchTokens;
        _turns = new(threads, batchTokens);
        _metrics = new(modelId, () => Waiting);
        _threads = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            var clock = clocks?[i];
            _threads[i] = new(() => Work(clock)) { IsBackground = true, Name = $"Resift inference {i}" };
        }
    }

    /// <summary>Gets how many sequences are encoded and wait for a thread.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _turns.Sequences;
            }
        }
    }

    /// <inheritdoc />
    /// <remarks>No sequence may be longer than a batch. What has begun is not stopped by cancellation.</remarks>
    public async Task<float[]> RunAsync(int count, Func<int, TokenSequence> prepare, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposal.Token);
        float[] output = new float[count * _model.OutputSize];
        var call = new InferenceCall();
        var parts = new List<Task>();
        Interlocked.Increment(ref _calls);
        try
        {
            // The caller's thread may have windows to draw.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            for (int start = 0; start < count || parts is not [];)
            {
                if (start < count && parts.Count < JobsPerCall() && !parts.Exists(part => part.IsCompleted))
                {
                    var sequences = Encode(start, Math.Min(count, start + JobSequences), prepare, stop.Token);
                    var numbers = output.AsMemory(start * _model.OutputSize, sequences.Length * _model.OutputSize);
                    parts.Add(RunAsync(call, sequences, numbers, stop.Token));
                    start += sequences.Length;
                }
                else
                {
                    var ended = await Task.WhenAny(parts).ConfigureAwait(false);
                    parts.Remove(ended);
                    await ended.ConfigureAwait(false);
                }
            }

            return output;
        }
        catch (Exception exception)
        {
            // One part failed or was dropped: the others are of no use, and none may go on behind the caller's back.
            await stop.CancelAsync().ConfigureAwait(false);
            foreach (var part in parts)
            {
                await part.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (exception is OperationCanceledException)
            {
                throw Disposed();
            }

            throw;
        }
        finally
        {
            Leave(call);
        }
    }

    /// <summary>
    /// Ends what has not begun with an <see cref="ObjectDisposedException"/>, waits for the batches under way, and frees the model.
    /// </summary>
    public void Dispose()
    {
        bool first, started;
        lock (_lock)
        {
            (first, started, _disposed) = (!_disposed, _started, true);
            Monitor.PulseAll(_lock);
        }

        _disposal.Cancel();
        if (started)
        {
            // Whoever disposes waits, the second as well: after it the weights may be unmapped.
            Array.ForEach(_threads, thread => thread.Join());
        }

        if (first)
        {
            _metrics.Dispose();
            _model.Dispose();
        }
    }

    /// <summary>Creates what ends a call of a model that is disposed before it is done.</summary>
    public static ObjectDisposedException Disposed() =>
        new("the local model", "The model was disposed before this call was done. Dispose it when no call is under way.");

    private static TokenSequence[] Encode(int start, int end, Func<int, TokenSequence> prepare, CancellationToken cancellationToken)
    {
        var sequences = new TokenSequence[end - start];
        for (int i = start; i < end; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            sequences[i - start] = prepare(i);
        }

        return sequences;
    }

    private int JobsPerCall() => Math.Max(1, JobsPerThread * _threads.Length / Volatile.Read(ref _calls));

    private async Task RunAsync(InferenceCall call, TokenSequence[] sequences, Memory<float> output, CancellationToken cancellationToken)
    {
        var job = new InferenceJob(sequences, output, _metrics.MeasuresWaits ? Stopwatch.GetTimestamp() : null, cancellationToken);
        using var registration = cancellationToken.UnsafeRegister(static job => ((InferenceJob)job!).Cancel(), job);
        Submit(call, job);
        await job.Completion.ConfigureAwait(false);
    }

    private void Submit(InferenceCall call, InferenceJob job)
    {
        lock (_lock)
        {
            if (_disposed)
            {
                throw Disposed();
            }

            if (!_started)
            {
                _started = true;
                Array.ForEach(_threads, thread => thread.Start());
            }

            _turns.Add(call, job);
            Monitor.PulseAll(_lock);
        }
    }

    private void Leave(InferenceCall call)
    {
        Interlocked.Decrement(ref _calls);
        lock (_lock)
        {
            _turns.Remove(call);
        }
    }

    private void Work(PhaseClock? clock)
    {
        Workspace? workspace = null;
        var batch = new InferenceBatch();
        while (Take(batch))
        {
            try
            {
                _metrics.Record(batch);
                workspace ??= _model.CreateWorkspace(_batchTokens);
                workspace.Clock = clock;
                batch.Run(_model, workspace);
            }
            catch (Exception exception)
            {
                // Whatever it is, the callers hear of it, and the thread lives on for others.
                batch.Fail(exception);
            }
        }

        workspace?.Dispose();
    }

    private bool Take(InferenceBatch batch)
    {
        batch.Clear();
        lock (_lock)
        {
            while (!_disposed)
            {
                _turns.Fill(batch, Volatile.Read(ref _calls));
                if (!batch.IsEmpty)
                {
                    return true;
                }

                Monitor.Wait(_lock);
            }
        }

        return false;
    }
}
