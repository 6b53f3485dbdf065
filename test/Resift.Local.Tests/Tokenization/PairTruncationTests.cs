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
    [InlineData(int.MaxValue, int.MaxValue, 100, 50, 50)]
    public void Truncate_Pair_KeepsWhatTheReferenceKeeps(int first, int second, int limit, int keptFirst, int keptSecond) =>
        Assert.Equal((keptFirst, keptSecond), PairTruncation.Truncate(first, second, limit));

    [Fact]
    public void Truncate_AnyPair_NeverExceedsTheLimitNorTheTexts()
    {
        for (int first = 0; first <= 12; first++)
        {
            for (int second = 0; second <= 12; second++)
            {
                for (int limit = 0; limit <= 25; limit++)
                {
                    (int keptFirst, int keptSecond) = PairTruncation.Truncate(first, second, limit);

                    Assert.InRange(keptFirst, 0, first);
                    Assert.InRange(keptSecond, 0, second);
                    Assert.Equal(Math.Min(limit, first + second), keptFirst + keptSecond);
                }
            }
        }
    }
}
