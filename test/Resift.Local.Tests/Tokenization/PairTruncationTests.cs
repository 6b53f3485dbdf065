using Resift.Local.Tokenization;

namespace Resift.Local.Tests.Tokenization;

public class PairTruncationTests
{
    [Theory]
    [InlineData(3, 4, 7, 3, 4)] // fits
    [InlineData(3, 10, 7, 3, 4)] // the longer one pays
    [InlineData(10, 3, 7, 4, 3)]
    [InlineData(6, 10, 7, 3, 4)] // both pay; the longer one keeps the odd token
    [InlineData(10, 6, 7, 4, 3)]
    [InlineData(6, 6, 7, 3, 4)] // if equal, the second keeps it
    [InlineData(10, 20, 7, 3, 4)] // both longer than the limit
    [InlineData(0, 10, 7, 0, 7)]
    [InlineData(10, 0, 7, 7, 0)]
    [InlineData(5, 6, 1, 0, 1)]
    [InlineData(6, 5, 1, 1, 0)]
    [InlineData(5, 6, 0, 0, 0)] // no room: everything goes
    [InlineData(5, 6, -1, 5, 6)] // less than none: nothing is cut
    [InlineData(int.MaxValue, int.MaxValue, 100, 50, 50)]
    public void Truncate_LongestFirst_KeepsWhatTheReferenceKeeps(int first, int second, int limit, int keptFirst, int keptSecond) =>
        Assert.Equal((keptFirst, keptSecond), PairTruncation.Truncate(TruncationStrategy.LongestFirst, first, second, limit));

    [Theory]
    [InlineData(5, 5)]
    [InlineData(4, 4)]
    [InlineData(0, 0)]
    [InlineData(-1, 5)]
    public void Truncate_OneText_KeepsTheLimit(int limit, int kept)
    {
        Assert.Equal((kept, 0), PairTruncation.Truncate(TruncationStrategy.LongestFirst, 5, null, limit));
        if (limit > 0)
        {
            Assert.Equal((kept, 0), PairTruncation.Truncate(TruncationStrategy.OnlyFirst, 5, null, limit));
        }
    }

    [Fact]
    public void Truncate_OnlyOneOfBoth_CutsThatOne()
    {
        Assert.Equal((2, 6), PairTruncation.Truncate(TruncationStrategy.OnlyFirst, 5, 6, 8));
        Assert.Equal((5, 3), PairTruncation.Truncate(TruncationStrategy.OnlySecond, 5, 6, 8));
        Assert.Equal((0, 0), PairTruncation.Truncate(TruncationStrategy.OnlySecond, 5, 6, 0));
        Assert.Equal((5, 6), PairTruncation.Truncate(TruncationStrategy.None, 5, 6, 0));
    }

    [Theory]
    [InlineData(5, 6, 6, true)]
    [InlineData(5, 6, 5, false)]
    [InlineData(5, null, 4, false)]
    public void Truncate_NothingWouldRemain_Throws(int first, int? second, int limit, bool isFirst)
    {
        TruncationStrategy strategy = isFirst ? TruncationStrategy.OnlyFirst : TruncationStrategy.OnlySecond;

        Assert.Throws<ArgumentException>(() => PairTruncation.Truncate(strategy, first, second, limit));
    }

    [Fact]
    public void Truncate_LongestFirst_NeverExceedsTheLimitNorTheTexts()
    {
        for (int first = 0; first <= 12; first++)
        {
            for (int second = 0; second <= 12; second++)
            {
                for (int limit = 0; limit <= 25; limit++)
                {
                    (int keptFirst, int keptSecond) = PairTruncation.Truncate(TruncationStrategy.LongestFirst, first, second, limit);

                    Assert.InRange(keptFirst, 0, first);
                    Assert.InRange(keptSecond, 0, second);
                    Assert.Equal(Math.Min(limit, first + second), keptFirst + keptSecond);
                }
            }
        }
    }
}
