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
    public async Task RunAsync_EveryBatchFails_NoSlotIsLost()
    {
        using var queue = Queue(Model(batch => ThrowIfPoisoned(batch)));

        // More failures than there are slots.
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
        using var queue = new InferenceQueue(Model(), threads: 2, batchTokens: 40);

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

    private static async Task AssertAliveAsync(InferenceQueue queue)
    {
        float[] output = await queue.RunAsync(3, index => Sequence(index), Cancellation).WaitAsync(_patience, Cancellation);
        Assert.Equal([0, 1, 2], output);
    }

    private static InferenceQueue Queue(SequenceModel model, int threads = 1) => new(model, threads, BatchTokens);

    private ScriptedModel Model(Action<TokenSequence[]>? onBatch = null) => new(_folder.Path, _weights, onBatch ?? (_ => { }));
}
