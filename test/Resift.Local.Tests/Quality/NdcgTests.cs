using Resift.Testing;

namespace Resift.Local.Tests.Quality;

public sealed class NdcgTests
{
    private static readonly Dictionary<string, int> _grades = new() { ["a"] = 3, ["b"] = 2, ["c"] = 0, ["d"] = 1, ["e"] = -1 };

    [Fact]
    public void At_KnownRanking_IsTheSumByHand()
    {
        // b (2), c (0), a (3) against the ideal a (3), b (2), d (1).
        double expected = ((2 / 1.0) + (3 / 2.0)) / ((3 / 1.0) + (2 / Math.Log2(3)) + (1 / 2.0));

        Assert.Equal(expected, Ndcg.At(3, _grades, [("a", 1), ("b", 3), ("c", 2), ("d", 0)]), 1e-12);
    }

    [Fact]
    public void At_EqualScores_GoByIdDescending()
    {
        Assert.Equal(Ndcg.At(1, _grades, [("b", 2), ("a", 1)]), Ndcg.At(1, _grades, [("a", 1), ("b", 1)]));
    }

    [Fact]
    public void At_NegativeGrade_GainsNothing()
    {
        Assert.Equal(0, Ndcg.At(10, _grades, [("e", 1), ("unjudged", 2)]));
    }

    [Fact]
    public void At_NothingRelevant_IsZero()
    {
        Assert.Equal(0, Ndcg.At(10, new Dictionary<string, int> { ["a"] = 0 }, [("a", 1)]));
    }
}
