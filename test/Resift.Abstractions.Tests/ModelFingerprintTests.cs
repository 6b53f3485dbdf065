namespace Resift.Abstractions.Tests;

public sealed class ModelFingerprintTests
{
    [Fact]
    public void Of_Parts_DifferByTheirBorders()
    {
        Assert.NotEqual(ModelFingerprint.Create("ab", "c"), ModelFingerprint.Create("a", "bc"));
        Assert.NotEqual(ModelFingerprint.Create((string?)null), ModelFingerprint.Create(""));
        Assert.Equal(ModelFingerprint.Create("ab", null), ModelFingerprint.Create("ab", null));
    }

    [Fact]
    public void Derive_Step_DiffersByModelAndStep()
    {
        var model = ModelFingerprint.Create("model");

        Assert.Matches("^[0-9a-f]{32}$", model.Derive("step").Value);
        Assert.NotEqual(model, model.Derive("step"));
        Assert.NotEqual(model.Derive("step"), model.Derive("other step"));
        Assert.NotEqual(model.Derive("step"), ModelFingerprint.Create("other model").Derive("step"));
        Assert.Equal(model.Derive("step"), model.Derive("step"));
    }
}
