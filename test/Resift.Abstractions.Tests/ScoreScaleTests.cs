namespace Resift.Abstractions.Tests;

public sealed class ScoreScaleTests
{
    /// <summary>Gets every pair of scales with whether a formula leads from the first to the second.</summary>
    public static TheoryData<ScoreScale, ScoreScale, bool> Pairs()
    {
        var pairs = new TheoryData<ScoreScale, ScoreScale, bool>();
        foreach (var from in Enum.GetValues<ScoreScale>())
        {
            foreach (var to in Enum.GetValues<ScoreScale>())
            {
                pairs.Add(from, to, from == to
                    || (from == ScoreScale.Logit && to == ScoreScale.Probability)
                    || (from == ScoreScale.Probability && to == ScoreScale.Logit));
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Convert_EveryPair_ConvertsOrRefusesBothNamed(ScoreScale from, ScoreScale to, bool possible)
    {
        Assert.Equal(possible, from.CanConvertTo(to));
        if (possible)
        {
            Assert.True(double.IsFinite(from.Convert(0.25, to)));
            return;
        }

        var error = Assert.Throws<NotSupportedException>(() => from.Convert(0.25, to));
        Assert.Contains($"'{from}'", error.Message, StringComparison.Ordinal);
        Assert.Contains($"'{to}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1.0986122886681098, 0.75)]
    [InlineData(-1.0986122886681098, 0.25)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(double.NegativeInfinity, 0)]
    public void Convert_LogitAndProbability_AreInverse(double logit, double probability)
    {
        Assert.Equal(probability, ScoreScale.Logit.Convert(logit, ScoreScale.Probability), 1e-15);
        Assert.Equal(logit, ScoreScale.Probability.Convert(probability, ScoreScale.Logit), 1e-15);
    }

    [Fact]
    public void Convert_VeryNegativeLogit_NeitherNegativeNorNaN() =>
        Assert.Equal(0, ScoreScale.Logit.Convert(-1e9, ScoreScale.Probability));

    [Theory]
    [InlineData(ScoreScale.Probability, 1.2)]
    [InlineData(ScoreScale.Probability, -0.1)]
    [InlineData(ScoreScale.Probability, double.NaN)]
    [InlineData(ScoreScale.Logit, double.NaN)]
    public void Convert_ScoreNotOnItsScale_Refused(ScoreScale from, double score) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => from.Convert(score, ScoreScale.Probability));
}
