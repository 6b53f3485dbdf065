using Resift.Local.Inference;
using Resift.Local.Models;
using Resift.Local.Tests.Models;
using Resift.Local.Tokenization;

namespace Resift.Local.Tests.Inference;

public sealed class InferenceQueueTests : IDisposable
{
    private const int Poison = 666;
    private const int BatchTokens = 64;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly WeightStore _weights;

    public InferenceQueueTests() => _weights = WeightStore.Open(new TinyModel().Write(_folder.Path));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _weights.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task RunAsync_ManySequences_NumbersInTheirOrderAndBatchesWithinTheLimit()
    {
        int most = 0;
        using var queue = Queue(Model(batch =>
        {
            int tokens = batch.Sum(sequence => sequence.Length);
            most = Math.Max(most, tokens);
        }));
        var prepared = new List<int>();

        float[] output = await queue.RunAsync(1000, Prepare, Cancellation).WaitAsync(_patience, Cancellation);

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (float)i), output);
        Assert.Equal(Enumerable.Range(0, 1000), prepared);
        Assert.InRange(most, 1, BatchTokens);

        TokenSequence Prepare(int index)
        {
            prepared.Add(index);
            return Sequence(index, length: (index % 32) + 1);
        }
    }

    [Fact]
    public async Task RunAsync_NoSequences_NoNumbersAndNoBatch()
    {
        var model = Model();
        using var queue = Queue(model);

        Assert.Empty(await queue.RunAsync(0, index => Sequence(index), Cancellation));
        Assert.Equal(0, model.Batches);
    }

    [Fact]
    public async Task RunAsync_BatchFails_ItsCallerHearsOfItAndTheQueueLives()
    {
        using var queue = Queue(Model(batch => ThrowIfPoisoned(batch)));

        var call = queue.RunAsync(300, index => Sequence(index == 150 ? Poison : index % 100), Cancellation);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => call.WaitAsync(_patience, Cancellation));

        Assert.Equal("poisoned", error.Message);
        await AssertAliveAsync(queue);
    }

    [Fact]
    public async Task RunAsync_EveryBatchFails_TheQueueLives()
    {
        using var queue = Queue(Model(batch => ThrowIfPoisoned(batch)));

        // More failures than jobs may wait.
        for (int i = 0; i < 100; i++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(
                () => queue.RunAsync(130, _ => Sequence(Poison), Cancellation).WaitAsync(_patience, Cancellation));
        }

        await AssertAliveAsync(queue);
    }

    [Fact]
    public async Task RunAsync_PrepareFails_PassedOnAndNothingMoreIsPrepared()
    {
        using var queue = Queue(Model());
        int last = -1;

        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => queue.RunAsync(1000, Prepare, Cancellation).WaitAsync(_patience, Cancellation));

        Assert.Equal("too long", error.Message);
        Assert.Equal(200, last);
        await AssertAliveAsync(queue);

        TokenSequence Prepare(int index)
        {
            last = index;
            return index == 200 ? throw new ArgumentException("too long") : Sequence(index);
        }
    }

    [Fact]
    public async Task RunAsync_CancelledWhileABatchRuns_EndsAndTheRestIsNotComputed()
    {
        using var gate = new Gate();
        using var cancellation = new CancellationTokenSource();
        var model = Model(_ => gate.Pass());
        using var queue = Queue(model);
        var call = queue.RunAsync(1000, index => Sequence(index, length: 32), cancellation.Token);
        await gate.Reached.WaitAsync(_patience, Cancellation);

        await cancellation.CancelAsync();

        // The batch still waits behind the gate: the caller does not.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(_patience, Cancellation));
        gate.Open();
        await AssertAliveAsync(queue);
        Assert.Equal(2, model.Batches);
    }

    [Fact]
    public async Task RunAsync_Cancelled_NothingOfItWaitsAnyMore()
    {
        using var gate = new Gate();
        using var cancellation = new CancellationTokenSource();
        using var queue = Queue(Model(_ => gate.Pass()));
        var call = queue.RunAsync(1000, index => Sequence(index, length: 32), cancellation.Token);
        await gate.Reached.WaitAsync(_patience, Cancellation);

        await cancellation.CancelAsync();
        var error = await Record.ExceptionAsync(() => call.WaitAsync(_patience, Cancellation));
        int waiting = queue.Waiting;

        gate.Open();
        Assert.IsAssignableFrom<OperationCanceledException>(error);
        Assert.Equal(0, waiting);
    }

    [Fact]
    public async Task RunAsync_LaterPartFails_HeardOfWhileTheFirstIsComputed()
    {
        using var gate = new Gate();
        using var queue = Queue(Model(Run), threads: 2);

        var call = queue.RunAsync(1000, index => Sequence(index == 50 ? Poison : index, length: 32), Cancellation);

        // The thread with the first sequence stands before the gate until the caller has heard of the failure.
        var error = await Record.ExceptionAsync(() => call.WaitAsync(_patience, Cancellation));
        gate.Open();
        Assert.Equal("poisoned", Assert.IsType<InvalidOperationException>(error).Message);

        void Run(TokenSequence[] batch)
        {
            if (batch.Any(sequence => sequence.Ids[0] == 0))
            {
                gate.Pass();
            }

            ThrowIfPoisoned(batch);
        }
    }

    [Fact]
    public async Task RunAsync_SmallCallBesideALargeOne_NextBatches()
    {
        const int Small = 100_000;
        using var gate = new Gate();
        var batches = new List<int[]>();
        using var queue = Queue(Model(Run));
        var large = queue.RunAsync(1000, index => Sequence(index, length: 32), Cancellation);
        await gate.Reached.WaitAsync(_patience, Cancellation);
        await WaitingAsync(queue, 128 - 6);
        var small = queue.RunAsync(3, index => Sequence(Small + index, length: 32), Cancellation);
        await WaitingAsync(queue, 128 - 6 + 3);

        gate.Open();

        float[] numbers = await small.WaitAsync(_patience, Cancellation);
        Assert.Equal([Small, Small + 1, Small + 2], numbers);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (float)i), await large.WaitAsync(_patience, Cancellation));
        Assert.Equal([[Small, Small + 1], [Small + 2, 6]], batches[3..5]);

        void Run(TokenSequence[] batch)
        {
            batches.Add([.. batch.Select(sequence => sequence.Ids[0])]);

            // By then the large call has had its head start.
            if (batches.Count == 3)
            {
                gate.Pass();
            }
        }
    }

    [Fact]
    public async Task RunAsync_ManyLargeCalls_ShareWhatIsEncodedAhead()
    {
        using var gate = new Gate();
        using var queue = Queue(Model(_ => gate.Pass()));
        int prepared = 0, waiting = -2;
        var calls = new List<Task<float[]>>();

        // All alone 8 jobs of 16 sequences; then 8 jobs by the number of calls.
        foreach (int ahead in (int[])[128, 64, 32, 32, 16, 16, 16, 16, 16, 16])
        {
            calls.Add(queue.RunAsync(1000, Prepare, Cancellation));
            await WaitingAsync(queue, waiting += ahead);
        }

        Assert.Equal(waiting + 2, Volatile.Read(ref prepared));
        gate.Open();
        Assert.All(await Task.WhenAll(calls).WaitAsync(_patience, Cancellation), numbers => Assert.Equal(1000, numbers.Length));

        TokenSequence Prepare(int index)
        {
            Interlocked.Increment(ref prepared);
            return Sequence(index, length: 32);
        }
    }

    [Fact]
    public async Task RunAsync_CallersThread_IsNotTheOneThatPrepares()
    {
        using var queue = Queue(Model());
        var preparing = new HashSet<int>();
        var call = new TaskCompletionSource<Task<float[]>>();
        var caller = new Thread(() => call.SetResult(queue.RunAsync(40, Prepare, Cancellation)));

        caller.Start();

        await (await call.Task.WaitAsync(_patience, Cancellation)).WaitAsync(_patience, Cancellation);
        Assert.NotEmpty(preparing);
        Assert.DoesNotContain(caller.ManagedThreadId, preparing);

        TokenSequence Prepare(int index)
        {
            preparing.Add(Environment.CurrentManagedThreadId);
            return Sequence(index);
        }
    }

    [Fact]
    public async Task Dispose_WhileABatchRuns_WaitsForItAndEndsTheCalls()
    {
        using var gate = new Gate();
        var model = Model(_ => gate.Pass());
        var queue = Queue(model);
        var call = queue.RunAsync(1000, index => Sequence(index, length: 32), Cancellation);
        await gate.Reached.WaitAsync(_patience, Cancellation);

        var disposal = Task.Run(queue.Dispose, Cancellation);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => call.WaitAsync(_patience, Cancellation));
        Assert.False(disposal.IsCompleted);
        gate.Open();
        await disposal.WaitAsync(_patience, Cancellation);
        Assert.Equal(1, model.Batches);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => queue.RunAsync(1, _ => Sequence(1), Cancellation));
    }

    [Fact]
    public async Task Dispose_TwiceAtOnce_BothWaitForTheBatch()
    {
        using var gate = new Gate();
        var queue = Queue(Model(_ => gate.Pass()));
        var call = queue.RunAsync(1, index => Sequence(index), Cancellation);
        await gate.Reached.WaitAsync(_patience, Cancellation);
        var first = Task.Run(queue.Dispose, Cancellation);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => call.WaitAsync(_patience, Cancellation));

        // Whoever disposes the queue unmaps the weights next: no disposal may return while a batch reads them.
        var second = Task.Factory.StartNew(queue.Dispose, Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        bool early = SpinWait.SpinUntil(() => second.IsCompleted, TimeSpan.FromMilliseconds(200));

        gate.Open();
        await Task.WhenAll(first, second).WaitAsync(_patience, Cancellation);
        Assert.False(early);
    }

    [Fact]
    public async Task RunAsync_BatchesOfFewTokens_AreNoFault()
    {
        using var queue = new InferenceQueue(Model(), "scripted", threads: 2, batchTokens: 40);

        await AssertAliveAsync(queue);
    }

    private static TokenSequence Sequence(int id, int length = 3) => new([id, .. new int[length - 1]], length);

    private static void ThrowIfPoisoned(TokenSequence[] batch)
    {
        if (batch.Any(sequence => sequence.Ids[0] == Poison))
        {
            throw new InvalidOperationException("poisoned");
        }
    }

    private static async Task WaitingAsync(InferenceQueue queue, int sequences) => await Task.Run(
        () => Assert.True(SpinWait.SpinUntil(() => queue.Waiting == sequences, _patience), $"{queue.Waiting} wait, not {sequences}"),
        Cancellation);

    private static async Task AssertAliveAsync(InferenceQueue queue)
    {
        float[] output = await queue.RunAsync(3, index => Sequence(index), Cancellation).WaitAsync(_patience, Cancellation);
        Assert.Equal([0, 1, 2], output);
    }

    private static InferenceQueue Queue(SequenceModel model, int threads = 1) => new(model, "scripted", threads, BatchTokens);

    private ScriptedModel Model(Action<TokenSequence[]>? onBatch = null) => new(_folder.Path, _weights, onBatch ?? (_ => { }));
}
