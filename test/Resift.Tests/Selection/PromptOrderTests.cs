using CsCheck;

namespace Resift.Tests.Selection;

public sealed class PromptOrderTests
{
    [Theory]
    [InlineData(new int[] { }, new int[] { })]
    [InlineData(new[] { 1 }, new[] { 1 })]
    [InlineData(new[] { 1, 2 }, new[] { 1, 2 })]
    [InlineData(new[] { 1, 2, 3, 4, 5 }, new[] { 1, 3, 5, 4, 2 })]
    [InlineData(new[] { 1, 2, 3, 4, 5, 6 }, new[] { 1, 3, 5, 6, 4, 2 })]
    public void BestAtBothEnds_SomeItems_WorstInTheMiddle(int[] bestFirst, int[] expected) =>
        Assert.Equal(expected, bestFirst.BestAtBothEnds());

    [Fact]
    public void BestAtBothEnds_AnyItems_TheSameItemsFallingTowardsTheMiddle() => Gen.Int[0, 40].Sample(count =>
    {
        var ordered = Enumerable.Range(1, count).ToArray().BestAtBothEnds();
        Assert.Equal(Enumerable.Range(1, count), ordered.Order());
        int lowest = ordered.Count == 0 ? 0 : ordered.Index().MaxBy(item => item.Item).Index;
        Assert.Equal(ordered.Take(lowest + 1).Order(), ordered.Take(lowest + 1));
        Assert.Equal(ordered.Skip(lowest).OrderDescending(), ordered.Skip(lowest));
    });

    [Fact]
    public void BestAtBothEnds_ResultsOfAResponse_KeepTheirScores() =>
        Assert.Equal(
            [new(2, 0.9), new(0, 0.1), new(1, 0.5)],
            Responses.Of(ScoreScale.Probability, 0.1, 0.5, 0.9).Results.BestAtBothEnds());

    [Fact]
    public void BestAtBothEnds_Null_Refused() =>
        Assert.Throws<ArgumentNullException>("bestFirst", () => PromptOrder.BestAtBothEnds<int>(null!));
}
