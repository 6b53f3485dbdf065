namespace Resift.Local.Inference;

/// <summary>
/// The one place where concurrent calls meet: their sequences wait here, the queue's threads cut batches by token count from the oldest
/// job on, and cancelled work is dropped before it begins.
/// </summary>
/// <remarks>
/// Memory has a bound: every thread owns one <see cref="Workspace"/> for a batch, and a call is cut into jobs of a few sequences that get
/// their token ids only after they got one of a fixed number of slots.
/// </remarks>
internal sealed class InferenceQueue : IDisposable
{
    private const int SlotsPerThread = 16;
    private const int JobSequences = 64;

    // Smaller batches would spend more time on fetching weights than another busy thread wins.
    private const int MinBatchTokens = 128;

    private readonly SequenceModel _model;
    private readonly int _batchTokens;
    private readonly object _lock = new();
    private readonly LinkedList<InferenceJob> _jobs = [];
    private readonly SemaphoreSlim _slots;
    private readonly CancellationTokenSource _disposal = new();
    private readonly Thread[] _threads;
    private bool _started;
    private bool _disposed;

    /// <summary>Creates the queue; its threads start with the first job.</summary>
    /// <param name="model">The model; owned from now on.</param>
    /// <param name="threads">How many threads compute.</param>
    /// <param name="batchTokens">How many tokens a batch has at most; no less than the longest sequence.</param>
    /// <param name="clocks">One per thread to measure the phases of the forward pass; null for no measuring.</param>
    public InferenceQueue(SequenceModel model, int threads, int batchTokens, IReadOnlyList<PhaseClock>? clocks = null)
    {
        _model = model;
        _batchTokens = batchTokens;
        _slots = new(SlotsPerThread * threads);
        _threads = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            var clock = clocks?[i];
            _threads[i] = new(() => Work(clock)) { IsBackground = true, Name = $"Resift inference {i}" };
        }
    }

    /// <summary>Runs any number of sequences, which are prepared on the caller's thread shortly before their turn.</summary>
    /// <param name="count">How many sequences there are.</param>
    /// <param name="prepare">Gives one by its index; called in order. None may be empty or longer than a batch.</param>
    /// <param name="cancellationToken">Drops what has not begun.</param>
    /// <returns>The model's numbers for all sequences, one after the other.</returns>
    /// <exception cref="ObjectDisposedException">The queue was disposed before all was done.</exception>
    public async Task<float[]> RunAsync(int count, Func<int, TokenSequence> prepare, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposal.Token);
        float[] output = new float[count * _model.OutputSize];
        var parts = new List<Task>();
        try
        {
            for (int start = 0; start < count; start += JobSequences)
            {
                await _slots.WaitAsync(stop.Token).ConfigureAwait(false);
                int end = Math.Min(count, start + JobSequences);
                var memory = output.AsMemory(start * _model.OutputSize, (end - start) * _model.OutputSize);
                var part = RunPartAsync(start, end, prepare, memory, stop.Token);
                parts.Add(part);
                if (part.IsFaulted)
                {
                    break;
                }
            }

            foreach (var part in parts)
            {
                await part.ConfigureAwait(false);
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
            _model.Dispose();
        }
    }

    private static ObjectDisposedException Disposed() =>
        new("the local model", "The model was disposed before this call was done. Dispose it when no call is under way.");

    private async Task RunPartAsync(
        int start, int end, Func<int, TokenSequence> prepare, Memory<float> output, CancellationToken cancellationToken)
    {
        try
        {
            var sequences = new TokenSequence[end - start];
            for (int i = start; i < end; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                sequences[i - start] = prepare(i);
            }

            var job = new InferenceJob(sequences, output, cancellationToken);
            using var registration = cancellationToken.UnsafeRegister(static job => ((InferenceJob)job!).Cancel(), job);
            Submit(job);
            await job.Completion.ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }

    private void Submit(InferenceJob job)
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

            _jobs.AddLast(job);
            Monitor.PulseAll(_lock);
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
                Fill(batch);
                if (!batch.IsEmpty)
                {
                    return true;
                }

                Monitor.Wait(_lock);
            }
        }

        return false;
    }

    private void Fill(InferenceBatch batch)
    {
        // Ever smaller shares of what is left: large batches first, and at the end all threads stop at about the same time.
        long waiting = _jobs.Sum(job => job.CancellationToken.IsCancellationRequested ? 0 : job.Tokens);
        long target = Math.Clamp(waiting / _threads.Length, Math.Min(MinBatchTokens, _batchTokens), _batchTokens);
        for (var node = _jobs.First; node is not null && batch.Tokens < target;)
        {
            var (job, next) = (node.Value, node.Next);
            bool cancelled = job.CancellationToken.IsCancellationRequested;
            if (!cancelled)
            {
                batch.Fill(job, target, _batchTokens);
            }

            if (cancelled || job.IsExhausted)
            {
                _jobs.Remove(node);
            }

            node = next;
        }
    }
}
