using Resift.Local.Models;

namespace Resift.Local.Tests.Models;

public sealed class DistanceBucketsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 1)]
    [InlineData(-7, 7)]
    [InlineData(-8, 8)]
    [InlineData(-11, 8)]
    [InlineData(-12, 9)]
    [InlineData(-15, 9)]
    [InlineData(-16, 10)]
    [InlineData(-32, 12)]
    [InlineData(-63, 13)]
    [InlineData(-64, 14)]
    [InlineData(-90, 14)]
    [InlineData(-91, 15)]
    [InlineData(-128, 15)]
    [InlineData(-5000, 15)]
    [InlineData(1, 17)]
    [InlineData(7, 23)]
    [InlineData(16, 26)]
    [InlineData(5000, 31)]
    public void Of_Distance_IsTheBucketOfThePaper(int distance, int expected) =>
        Assert.Equal(expected, DistanceBuckets.Of(distance, buckets: 32, maxDistance: 128));
}
