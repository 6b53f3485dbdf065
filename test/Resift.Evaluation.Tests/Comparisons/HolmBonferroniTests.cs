namespace Resift.Evaluation.Tests.Comparisons;

public sealed class HolmBonferroniTests
{
    [Fact]
    public void Adjust_Family_IsByStepsAndInItsOrder()
    {
        Assert.Equal([0.03, 0.06, 0.06, 0.02], HolmBonferroni.Adjust([0.01, 0.04, 0.03, 0.005]), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([1.0, 1.0], HolmBonferroni.Adjust([0.9, 0.8]));
        Assert.Empty(HolmBonferroni.Adjust([]));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Adjust_NoProbability_IsRefused(double p) =>
        Assert.Throws<ArgumentException>(nameof(p), () => HolmBonferroni.Adjust([0.5, p]));
}
