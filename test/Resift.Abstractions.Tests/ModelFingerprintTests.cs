namespace Resift.Abstractions.Tests;

public sealed class ModelFingerprintTests
{
    [Fact]
    public void Of_Parts_DifferByTheirBorders()
    {
        Assert.NotEqual(ModelFingerprint.Of("ab", "c"), ModelFingerprint.Of("a", "bc"));
        Assert.NotEqual(ModelFingerprint.Of((string?)null), ModelFingerprint.Of(""));
        Assert.Equal(ModelFingerprint.Of("ab", null), ModelFingerprint.Of("ab", null));
    }

    [Fact]
    public void Derive_Step_DiffersByModelAndStep()
    {
        var model = ModelFingerprint.Of("model");

        Assert.Matches("^[0-9a-f]{32}$", model.Derive("step").Value);
        Assert.NotEqual(model, model.Derive("step"));
        Assert.NotEqual(model.Derive("step"), model.Derive("other step"));
        Assert.NotEqual(model.Derive("step"), ModelFingerprint.Of("other model").Derive("step"));
        Assert.Equal(model.Derive("step"), model.Derive("step"));
    }
}
