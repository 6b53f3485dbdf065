using Resift.Local.Inference;
using Resift.Local.Tokenization;

namespace Resift.Local.Tests.Inference;

public sealed class InferenceTurnsTests
{
    private const int BatchTokens = 512;
    private const int HeadStart = 2 * BatchTokens;
    private const int SmallestBatch = 128;

    private readonly InferenceTurns _turns = new(threads: 2, BatchTokens);
    private readonly InferenceBatch _batch = new();

    [Fact]
    public void Fill_NothingWaits_Empty()
    {
        _turns.Fill(_batch, calls: 1);

        Assert.True(_batch.IsEmpty);
    }

    [Fact]
    public void Fill_OneCall_EverSmallerSharesUntilAllIsTaken()
    {
        var call = Call(sequences: 40, length: 32);

        int[] tokens = [.. Batches(9, call).Select(taken => taken[0])];

        Assert.Equal([512, 384, 192, 128, 64, 0, 0, 0, 0], tokens);
        Assert.Equal(40 * 32, call.TokensTaken);
    }

    [Fact]
    public void Fill_LargeCallAlone_LargeBatches()
    {
        var large = AfterItsHeadStart();

        Assert.Equal([[BatchTokens], [BatchTokens]], Batches(2, large));
    }

    [Fact]
    public void Fill_LargeCallBesideOneThatEncodes_SmallBatches()
    {
        var large = AfterItsHeadStart();

        _turns.Fill(_batch, calls: 2);

        Assert.Equal(SmallestBatch, _batch.Tokens);
        Assert.Equal(HeadStart + SmallestBatch, large.TokensTaken);
    }

    [Fact]
    public void Fill_SmallCallBesideALargeOne_ComesFirst()
    {
        var large = AfterItsHeadStart();
        var small = Call(sequences: 10, length: 32);

        var batches = Batches(3, large, small);

        Assert.Equal([[0, 128], [0, 128], [64, 64]], batches);
    }

    [Fact]
    public void Fill_LargeCalls_TakeTurns()
    {
        InferenceCall[] calls = [AfterItsHeadStart(), AfterItsHeadStart(), AfterItsHeadStart()];

        var batches = Batches(6, calls);

        Assert.Equal([[128, 0, 0], [0, 128, 0], [0, 0, 128], [128, 0, 0], [0, 128, 0], [0, 0, 128]], batches);
    }

    [Fact]
    public void Fill_NewCalls_InTheOrderInWhichTheyCame()
    {
        var first = Call(sequences: 20, length: 32);
        var second = Call(sequences: 20, length: 32);

        var batches = Batches(4, first, second);

        Assert.Equal([[512, 0], [128, 256], [0, 192], [0, 128]], batches);
    }

    [Fact]
    public void Fill_NewCallsWithoutEnd_EveryFourthBatchIsOfTheLargeOne()
    {
        var large = AfterItsHeadStart();
        var others = Call(sequences: 31, length: 32);
        var more = Call(sequences: 31, length: 32);

        int[] ofTheLargeOne = [.. Batches(12, large, others, more).Select(taken => taken[0])];

        Assert.Equal([0, 0, 0, 128, 0, 0, 0, 128, 0, 0, 0, 128], ofTheLargeOne);
    }

    [Fact]
    public void Fill_TinyCalls_ShareABatch()
    {
        InferenceCall[] calls = [.. Enumerable.Range(0, 6).Select(_ => Call(sequences: 1, length: 32))];

        Assert.Equal([[32, 32, 32, 32, 0, 0], [0, 0, 0, 0, 32, 32]], Batches(2, calls));
    }

    [Fact]
    public void Fill_LongSequences_NoBatchAboveTheLimit()
    {
        InferenceCall[] calls = [AfterItsHeadStart(), Call(3, 100), Call(3, 500), Call(3, 512)];

        var batches = Batches(100, calls);

        Assert.All(batches, taken => Assert.InRange(taken.Sum(), 0, BatchTokens));
        Assert.Equal(0, _turns.Sequences);
    }

    [Fact]
    public void Fill_CancelledJob_IsLeftOut()
    {
        var cancelled = new InferenceCall();
        _turns.Add(cancelled, Job(10, 32, new CancellationToken(canceled: true)));
        var other = Call(sequences: 2, length: 32);

        Assert.Equal([[0, 64], [0, 0]], Batches(2, cancelled, other));
        Assert.Equal(0, _turns.Sequences);
    }

    [Fact]
    public void Remove_WaitingCall_IsGone()
    {
        var call = Call(sequences: 10, length: 32);
        Assert.Equal(10, _turns.Sequences);

        _turns.Remove(call);

        Assert.Equal(0, _turns.Sequences);
        Assert.Equal([[0]], Batches(1, call));
    }

    private static InferenceJob Job(int sequences, int length, CancellationToken cancellationToken = default)
    {
        TokenSequence[] all = [.. Enumerable.Range(0, sequences).Select(_ => new TokenSequence(new int[length], length))];
        return new(all, new float[sequences], since: null, cancellationToken);
    }

    private InferenceCall Call(int sequences, int length)
    {
        var call = new InferenceCall();
        _turns.Add(call, Job(sequences, length));
        return call;
    }

    private InferenceCall AfterItsHeadStart()
    {
        var call = Call(sequences: 200, length: 32);
        call.TokensTaken = HeadStart;
        return call;
    }

    /// <summary>Fills batches, and gives how many tokens each has of each call.</summary>
    private List<int[]> Batches(int count, params InferenceCall[] calls)
    {
        var batches = new List<int[]>();
        for (int i = 0; i < count; i++)
        {
            long[] before = [.. calls.Select(call => call.TokensTaken)];
            _batch.Clear();
            _turns.Fill(_batch, calls.Length);
            batches.Add([.. calls.Select((call, c) => (int)(call.TokensTaken - before[c]))]);
        }

        return batches;
    }
}
