using Resift.Local.Tokenization;
using Resift.Onnx.Graphs;

namespace Resift.Onnx.Tests;

public sealed class PaddedBatchTests
{
    [Fact]
    public void Cut_AnyLengths_SortedAndWithinTheBudgetWithPadding()
    {
        TokenSequence[] sequences = [Of(3), Of(9), Of(1), Of(10), Of(4), Of(30), Of(4)];

        int[][] batches = [.. PaddedBatch.Cut(sequences, 20)];

        // One that is too long alone; 2 × 10, 4 × 4 and no fifth.
        Assert.Equal([[5], [3, 1], [4, 6, 0, 2]], batches);
    }

    [Fact]
    public void Values_ShorterSequence_FilledUpOnEitherSide()
    {
        TokenSequence[] sequences = [new([11, 12, 13], 2), new([14], 1)];
        var right = new PaddedBatch(sequences, new(PadId: 7, PadsLeft: false, HasTypes: true));
        var left = new PaddedBatch(sequences, new(PadId: 7, PadsLeft: true, HasTypes: false));

        Assert.Equal([11, 12, 13, 14, 7, 7], right.Values(InputRole.Ids, value => value));
        Assert.Equal([1, 1, 1, 1, 0, 0], right.Values(InputRole.Mask, value => value));
        Assert.Equal([0, 0, 1, 0, 0, 0], right.Values(InputRole.Types, value => value));
        Assert.Equal([11, 12, 13, 7, 7, 14], left.Values(InputRole.Ids, value => (long)value));
        Assert.Equal([1, 1, 1, 0, 0, 1], left.Values(InputRole.Mask, value => value));
        Assert.Equal([0, 0, 0, 0, 0, 0], left.Values(InputRole.Types, value => value));
        Assert.Equal([0, 1, 2, 0, 0, 0], left.Values(InputRole.Positions, value => value));
        Assert.Equal((2, 2), (left.FirstOf(1), left.LastOf(1)));
        Assert.Equal((0, 0), (right.FirstOf(1), right.LastOf(1)));
    }

    private static TokenSequence Of(int length) => new(new int[length], length);
}
