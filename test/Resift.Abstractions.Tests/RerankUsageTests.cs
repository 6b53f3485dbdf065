namespace Resift.Abstractions.Tests;

public sealed class RerankUsageTests
{
    [Fact]
    public void Constructor_Always_NothingKnownAndNothingTruncated()
    {
        var usage = new RerankUsage();
        Assert.Null(usage.InputTokens);
        Assert.Null(usage.SearchUnits);
        Assert.Null(usage.EstimatedCost);
        Assert.Empty(usage.TruncatedDocuments);
        Assert.Equal((0, 0), (usage.Pairs, usage.QueryTokensCut));
    }
}
