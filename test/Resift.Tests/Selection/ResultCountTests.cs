using CsCheck;

namespace Resift.Tests.Selection;

public sealed class ResultCountTests
{
    [Fact]
    public void AtMost_AnyResponse_ItsBeginning() => Gen.Select(Responses.OfAnyScale, Gen.Int[1, 15]).Sample((response, count) =>
    {
        var kept = response.AtMost(count);
        Responses.AssertBeginning(response, kept);
        Assert.Equal(Math.Min(count, response.Results.Count), kept.Results.Count);
        Assert.Equal(kept.Results, kept.AtMost(count).Results);
    });

    [Fact]
    public void AtMost_DegradedResponse_CutToo() =>
        Assert.Equal([1, 2], Responses.Of(ScoreScale.Rank, 0.2, 1, 0.5).Degraded().AtMost(2).Indices());

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void AtMost_BelowOne_Refused(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(count), () => Responses.Of(ScoreScale.Logit, 1).AtMost(count));

    [Fact]
    public void AtMost_NoResponse_Refused() =>
        Assert.Throws<ArgumentNullException>("response", () => RerankResponseExtensions.AtMost(null!, 1));
}
