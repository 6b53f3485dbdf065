using Resift.Testing;

namespace Resift.Tests;

/// <summary>What middleware makes of the fingerprint inside: the same only where the scores are the same.</summary>
public sealed class MiddlewareFingerprintTests
{
    private static readonly ModelFingerprint _inner = ModelFingerprint.Create("a model");

    [Fact]
    public void GetService_ThroughMiddlewareThatChangesNoScore_IsThatOfTheModel() =>
        Assert.Equal(_inner, FingerprintOf(builder => builder.UseFallback().UseHedging(TimeSpan.FromSeconds(1))));

    [Fact]
    public void GetService_Calibrated_DependsOnTheCalibration()
    {
        var mild = FingerprintOf(builder => builder.UseCalibration(new PlattCalibration(0.5, 0)));

        Assert.NotNull(mild);
        Assert.NotEqual(_inner, mild);
        Assert.Equal(mild, FingerprintOf(builder => builder.UseCalibration(new PlattCalibration(0.5, 0))));
        Assert.NotEqual(mild, FingerprintOf(builder => builder.UseCalibration(new PlattCalibration(0.6, 0))));
    }

    [Fact]
    public void GetService_Chunked_DependsOnTheWindowsAndIsUnknownWithACounterOfOnesOwn()
    {
        var windows = FingerprintOf(builder => builder.UseChunking(new() { WindowTokens = 10 }));

        Assert.NotNull(windows);
        Assert.NotEqual(_inner, windows);
        Assert.NotEqual(windows, FingerprintOf(builder => builder.UseChunking(new() { WindowTokens = 20 })));
        Assert.Null(FingerprintOf(builder => builder.UseChunking(new() { WindowTokens = 10, CountTokens = text => text.Length })));
    }

    [Fact]
    public void GetService_Cascade_DependsOnBothModels()
    {
        var cascade = FingerprintOf(builder => builder.UseCascade(Model(ModelFingerprint.Create("cheap"))));

        Assert.NotNull(cascade);
        Assert.NotEqual(_inner, cascade);
        Assert.NotEqual(cascade, FingerprintOf(builder => builder.UseCascade(Model(ModelFingerprint.Create("another")))));
        Assert.NotEqual(cascade, FingerprintOf(builder => builder.UseCascade(Model(ModelFingerprint.Create("cheap")), new() { Keep = 3 })));
        Assert.Null(FingerprintOf(builder => builder.UseCascade(Model(null))));
    }

    [Fact]
    public void GetService_Ensemble_DependsOnEveryMember()
    {
        var ensemble = FingerprintOf(builder => builder.UseEnsemble([new(Model(ModelFingerprint.Create("other")))]));

        Assert.NotNull(ensemble);
        Assert.NotEqual(ensemble, FingerprintOf(builder => builder.UseEnsemble([new(Model(ModelFingerprint.Create("other")), Weight: 2)])));
        Assert.Null(FingerprintOf(builder => builder.UseEnsemble([new(Model(null))])));
    }

    [Fact]
    public void GetService_HedgedByAnotherModelOrRedacted_IsUnknown()
    {
        Assert.Null(FingerprintOf(builder => builder.UseHedging(TimeSpan.FromSeconds(1), Model(ModelFingerprint.Create("other")))));
        Assert.Equal(_inner, FingerprintOf(builder => builder.UseHedging(TimeSpan.FromSeconds(1), Model(_inner))));
        Assert.Null(FingerprintOf(builder => builder.UseRedaction(text => text)));
    }

    private static ModelFingerprint? FingerprintOf(Func<RerankerBuilder, RerankerBuilder> use)
    {
        using var reranker = use(Model(_inner).AsBuilder()).Build();
        return reranker.GetService<ModelFingerprint>();
    }

    private static TestReranker Model(ModelFingerprint? fingerprint) => new()
    {
        GetServiceCallback = (type, _) => type == typeof(ModelFingerprint) ? fingerprint
            : type == typeof(TokenCounter) ? new TokenCounter(text => text.Length)
            : type == typeof(RerankerMetadata) ? new RerankerMetadata("test") { ScoreScale = ScoreScale.Probability, IsPointwise = true }
            : null,
    };
}
