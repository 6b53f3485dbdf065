namespace Resift.Evaluation.Tests.Measures;

public sealed class MeasureTests
{
    [Theory]
    [InlineData("nDCG@10", "nDCG@10")]
    [InlineData(" ndcg @ 10 ", "nDCG@10")]
    [InlineData("nDCG", "nDCG")]
    [InlineData("nDCG(dcg='log2')@5", "nDCG@5")]
    [InlineData("nDCG(dcg=\"exp-log2\")@5", "nDCG(dcg='exp-log2')@5")]
    [InlineData("AP(rel=2)@100", "AP(rel=2)@100")]
    [InlineData("AP()", "AP")]
    [InlineData("MAP", "AP")]
    [InlineData("MRR@10", "RR@10")]
    [InlineData("Recall@100", "R@100")]
    [InlineData("P(rel=1)@5", "P@5")]
    [InlineData("Success@1", "Success@1")]
    [InlineData("Rprec(rel=3)", "Rprec(rel=3)")]
    [InlineData("BPref", "Bpref")]
    [InlineData("ERR@20", "ERR@20")]
    [InlineData("RBP( rel = 1 , p = 0.5 )@10", "RBP(p=0.5,rel=1)@10")]
    [InlineData("RBP(p=0.8,rel=2)", "RBP(rel=2)")]
    [InlineData("Judged@10", "Judged@10")]
    [InlineData("SetP", "SetP")]
    [InlineData("SetR(rel=2)", "SetR(rel=2)")]
    public void Parse_Notation_IsThatOfToString(string text, string expected)
    {
        var measure = Measure.Parse(text);

        Assert.Equal(expected, measure.ToString());
        Assert.Equal(measure, Measure.Parse(expected));
        Assert.True(Measure.TryParse(text, out var tried));
        Assert.Equal(measure, tried);
    }

    public static TheoryData<string, Measure> Created() => new()
    {
        { "nDCG@10", Measure.Ndcg(10) },
        { "nDCG(dcg='exp-log2')", Measure.ExponentialNdcg() },
        { "AP(rel=2)@100", Measure.AveragePrecision(100, 2) },
        { "RR@10", Measure.ReciprocalRank(10) },
        { "R(rel=2)@50", Measure.Recall(50, 2) },
        { "P@1", Measure.Precision(1) },
        { "Success@5", Measure.Success(5) },
        { "Rprec", Measure.RPrecision() },
        { "Bpref(rel=2)", Measure.Bpref(2) },
        { "ERR@20", Measure.ExpectedReciprocalRank(20) },
        { "RBP(p=0.95,rel=2)@7", Measure.RankBiasedPrecision(0.95, 7, 2) },
        { "Judged@3", Measure.Judged(3) },
        { "SetP", Measure.SetPrecision() },
        { "SetR", Measure.SetRecall() },
    };

    [Theory]
    [MemberData(nameof(Created))]
    public void ToString_Created_IsWhatParsesToTheSame(string expected, Measure measure)
    {
        Assert.Equal(expected, measure.ToString());
        Assert.Equal(measure, Measure.Parse(expected));
    }

    [Theory]
    [InlineData("", "a name such as nDCG@10, AP(rel=2)@100 or Rprec was expected.")]
    [InlineData("nDCG@10,RR", "a name such as nDCG@10, AP(rel=2)@100 or Rprec was expected.")]
    [InlineData("AP(rel=2,)", "a name such as nDCG@10, AP(rel=2)@100 or Rprec was expected.")]
    [InlineData("nDGC@10",
        "no measure is called 'nDGC'. Known are nDCG, AP, RR, R, P, Success, Rprec, Bpref, ERR, RBP, Judged, SetP, SetR.")]
    [InlineData("nDCG@0", "the cut-off is '0'; a whole number from 1 was expected.")]
    [InlineData("nDCG@ten", "the cut-off is 'ten'; a whole number from 1 was expected.")]
    [InlineData("Rprec@10", "Rprec has no cut-off; write it without '@10'.")]
    [InlineData("Recall", "R needs a cut-off, such as R@10.")]
    [InlineData("Judged(rel=1)@10", "Judged has no parameters, and 'rel' was given.")]
    [InlineData("AP(p=1)", "AP has no parameter 'p'; it has rel.")]
    [InlineData("AP(rel=0)", "rel, the lowest grade that is relevant, is '0'; a whole number from 1 was expected.")]
    [InlineData("AP(rel=1,rel=2)", "the parameter 'rel' is given twice.")]
    [InlineData("RBP(p=0.8)", "RBP is computed here over relevant or not: say from which grade, as in RBP(rel=1).")]
    [InlineData("RBP(p=1,rel=1)", "p, the persistence, is '1'; a number above 0 and below 1 was expected.")]
    [InlineData("nDCG(dcg=exp)", "dcg is 'exp'; 'log2' (the gain is the grade) or 'exp-log2' (it is 2^grade - 1) was expected.")]
    public void Parse_SomethingElse_SaysWhatIsWrong(string text, string expected)
    {
        var error = Assert.Throws<FormatException>(() => Measure.Parse(text));

        Assert.Equal($"'{text}' is no measure: {expected}", error.Message);
        Assert.False(Measure.TryParse(text, out var measure));
        Assert.Null(measure);
    }

    [Fact]
    public void Create_NoCutoffOrGrade_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("cutoff", () => Measure.Ndcg(0));
        Assert.Throws<ArgumentOutOfRangeException>("relevantFrom", () => Measure.Recall(10, 0));
        Assert.Throws<ArgumentOutOfRangeException>("persistence", () => Measure.RankBiasedPrecision(1));
    }
}
