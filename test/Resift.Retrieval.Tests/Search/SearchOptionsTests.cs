
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

    [Fact]
    public void Clone_ChangedLater_IsNoLongerTheSame()
    {
        var filter = new Dictionary<string, string> { ["lang"] = "en" };
        var options = new SearchOptions { TopN = 3, Depth = 7, Filter = filter, EnableSensitiveData = true };
        options.Rerank = new() { Instruction = "first" };
        var clone = options.Clone();
        filter["lang"] = "de";
        options.TopN = 4;
        options.Rerank.Instruction = "second";
        Assert.Equal((3, 7, "en", "first", true),
            (clone.TopN, clone.Depth, clone.Filter!.Conditions[0].Values[0], clone.Rerank!.Instruction, clone.EnableSensitiveData));
    }

    [Fact]
    public async Task Options_OfTheRetriever_CopiedAndUsedWhereACallHasNone()
    {
        var options = new SearchOptions { TopN = 1 };
        var search = new TwoStageRetriever(new ScriptedRetriever("a", "b", "c"), null, options);
        options.TopN = 3;
        var cancellation = TestContext.Current.CancellationToken;
        Assert.Single((await search.SearchAsync("q", cancellationToken: cancellation)).Hits);
        Assert.Equal(2, (await search.SearchAsync("q", new() { TopN = 2 }, cancellation)).Hits.Count);
    }
}
