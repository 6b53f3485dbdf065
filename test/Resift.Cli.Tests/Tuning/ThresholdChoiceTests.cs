namespace Resift.Cli.Tests.Tuning;

public sealed class ThresholdChoiceTests
{
    private static readonly string[][] _folds = [["a", "b"], ["c", "d"]];

    [Fact]
    public void Of_ScoresThatTell_KeepsWhatIsRelevantOfUnseenQueries()
    {
        double[] scores = [0.1, 0.2, 0.8, 0.9];
        var examples = _folds.SelectMany(fold => fold).SelectMany(query => scores.Select(score => Example(query, score, score > 0.5)));

        var threshold = ThresholdChoice.Of([.. examples], _folds, ScoreScale.Probability, precision: 0.9);

        Assert.Equal(new TunedThreshold(ScoreScale.Probability, 0.9, 0.8, 1, 1), threshold);
    }

    [Fact]
    public void Of_QueriesThatDiffer_SaysWhatAChoiceOnOthersKeeps()
    {
        // On a and b a score of 0.5 is relevant, and on c and d only one of 0.9 is.
        JudgedExample[] examples =
        [
            .. _folds[0].SelectMany(query => new[] { Example(query, 0.5, true), Example(query, 0.1, false) }),
            .. _folds[1].SelectMany(query => new[] { Example(query, 0.9, true), Example(query, 0.5, false) }),
        ];

        var threshold = ThresholdChoice.Of(examples, _folds, ScoreScale.Probability, precision: 1)!;

        Assert.Equal(0.9, threshold.Value);

        // By a and b, 0.5 keeps two right and two wrong ones of c and d; by c and d, 0.9 keeps nothing of a and b.
        Assert.Equal((0.5, 0.5), (threshold.Precision, threshold.Recall));
    }

    [Theory]
    [InlineData(ScoreScale.Rank, true)]
    [InlineData(ScoreScale.Unspecified, true)]
    [InlineData(ScoreScale.Probability, false)]
    public void Of_ScoresWithoutSizeOrNothingRelevant_HasNone(ScoreScale scale, bool isRelevant) =>
        Assert.Null(ThresholdChoice.Of([Example("a", 0.5, isRelevant)], _folds, scale, 0.8));

    [Fact]
    public void Of_PrecisionThatNothingReaches_SaysSo()
    {
        var threshold = ThresholdChoice.Of([Example("a", 0.9, false), Example("a", 0.5, true)], _folds, ScoreScale.Logit, 0.8)!;

        Assert.Equal((null, null, 0.0), (threshold.Value, threshold.Precision, threshold.Recall));
    }

    private static JudgedExample Example(string query, double score, bool isRelevant) => new(query, score, isRelevant);
}
