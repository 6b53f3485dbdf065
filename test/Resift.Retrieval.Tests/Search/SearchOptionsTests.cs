
namespace Resift.Retrieval.Tests;

public sealed class SearchOptionsTests
{
    [Fact]
    public void Defaults_None_FiftyCandidatesFiveHitsHalfOfTheFirstStage()
    {
        var options = new SearchOptions();
        Assert.Equal((50, 5, 0.5, SearchTier.Full), (options.Candidates, options.TopN, options.FirstStageWeight, options.Tier));
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void FirstStageWeight_OutOfRange_Refused(double weight) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SearchOptions { FirstStageWeight = weight });

    [Fact]
    public void RerankTimeout_NotPositiveOrTooLong_Refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SearchOptions { RerankTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SearchOptions { RerankTimeout = Timeout.InfiniteTimeSpan });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SearchOptions { RerankTimeout = TimeSpan.MaxValue });
        Assert.Equal(TimeSpan.FromDays(24), new SearchOptions { RerankTimeout = TimeSpan.FromDays(24) }.RerankTimeout);
    }

    [Fact]
    public void CandidatesAndTopN_BelowOne_Refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SearchOptions { Candidates = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SearchOptions { TopN = 0 });
    }
}
