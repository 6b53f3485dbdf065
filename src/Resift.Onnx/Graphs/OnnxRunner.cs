using Resift.Local.Inference;
using Resift.Local.Tokenization;

namespace Resift.Onnx.Graphs;

/// <summary>Computes the sequences of all calls in batches of similar length, so many at once and no more.</summary>
/// <remarks>
/// A call's sequences are encoded in windows of a few batches, the next one while the last is computed: so memory does not grow with the
/// call. Calls take turns batch by batch, since each waits for its turn anew.
/// </remarks>
/// <param name="graph">The graph; owned from now on.</param>
/// <param name="output">The output that is read.</param>
/// <param name="reading">What is made of it.</param>
/// <param name="layout">How sequences are laid out.</param>
/// <param name="batchTokens">How many tokens a batch has, padding counted, unless one sequence alone has more.</param>
/// <param name="concurrentRuns">How many batches are computed at once.</param>
internal sealed class OnnxRunner(
    OnnxGraph graph, string output, GraphReading reading, BatchLayout layout, int batchTokens, int concurrentRuns)
    : ISequenceRunner, IDisposable
{
    // Enough to sort by length, and to hide encoding behind computing.
    private const int BatchesPerWindow = 8;

    private readonly SemaphoreSlim _turns = new(concurrentRuns, concurrentRuns);
    private readonly Lock _disposal = new();
    private volatile bool _disposed;

    /// <summary>Gets how many batches are computed at the moment.</summary>
    public int RunsUnderWay => concurrentRuns - _turns.CurrentCount;

    public bool IsDisposed => _disposed;

    public async Task<float[]> RunAsync(int count, Func<int, TokenSequence> prepare, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        float[] numbers = new float[count * reading.Size];
        var encoding = EncodeAsync(0, count, prepare, stop.Token);
        try
        {
            for (int start = 0; start < count;)
            {
                var window = await encoding.ConfigureAwait(false);
                int first = start;
                start += window.Count;
                encoding = EncodeAsync(start, count, prepare, stop.Token);
                await Parallel.ForEachAsync(
                    PaddedBatch.Cut(window, batchTokens),
                    new ParallelOptions { MaxDegreeOfParallelism = concurrentRuns, CancellationToken = stop.Token },
                    async (batch, token) => await RunAsync(window, batch, first, numbers, token).ConfigureAwait(false))
                    .ConfigureAwait(false);
            }

            return numbers;
        }
        catch (OperationCanceledException)
        {
            // By the caller's token, not by one of ours.
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
        finally
        {
            // Nothing of a call that failed goes on behind the caller's back.
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)encoding).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        lock (_disposal)
        {
            // Whoever disposes waits for the runs under way, the second as well. Who waits for a turn then finds that it is over.
            for (int i = 0; i < concurrentRuns; i++)
            {
                _turns.Wait();
            }

            graph.Dispose();
            _turns.Release(concurrentRuns);
        }
    }

    private Task<List<TokenSequence>> EncodeAsync(
        int start, int count, Func<int, TokenSequence> prepare, CancellationToken cancellationToken) => Task.Run(
            () =>
            {
                var window = new List<TokenSequence>();
                long tokens = 0, enough = (long)batchTokens * BatchesPerWindow * concurrentRuns;
                for (int i = start; i < count && tokens < enough; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    window.Add(prepare(i));
                    tokens += window[^1].Length;
                }

                return window;
            },
            cancellationToken);

    private async Task RunAsync(List<TokenSequence> window, int[] batch, int first, float[] numbers, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_disposed)
            {
                throw new ObjectDisposedException(
                    "the ONNX model", "The model was disposed before this call was done. Dispose it when no call is under way.");
            }

            Run(new([.. batch.Select(i => window[i])], layout), [.. batch.Select(i => first + i)], numbers, cancellationToken);
        }
        finally
        {
            _turns.Release();
        }
    }

    private void Run(PaddedBatch batch, int[] places, float[] numbers, CancellationToken cancellationToken)
    {
        float[] rows = graph.Run(
            batch,
            output,
            tensor =>
            {
                float[] read = new float[batch.Rows * reading.Size];
                reading.Read(tensor, batch, read);
                return read;
            },
            cancellationToken);
        for (int row = 0; row < places.Length; row++)
        {
            rows.AsSpan(row * reading.Size, reading.Size).CopyTo(numbers.AsSpan(places[row] * reading.Size));
        }
    }
}
