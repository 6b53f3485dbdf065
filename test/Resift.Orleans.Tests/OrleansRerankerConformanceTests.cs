using Resift.Testing;

namespace Resift.Orleans.Tests;

/// <summary>Two silos, and calls that are split over both.</summary>
public sealed class OrleansRerankerConformanceTests(TwoSilos silos) : PointwiseRerankerConformanceTests, IClassFixture<TwoSilos>
{
    protected override IReranker CreateReranker() => silos.CreateReranker();
}

public sealed class TwoSilos : IAsyncLifetime
{
    private StubCluster? _cluster;

    internal IReranker CreateReranker() => _cluster!.CreateReranker();

    public async ValueTask InitializeAsync() => _cluster = await StubCluster.StartAsync([new SiloStub("words"), new SiloStub("words")]);

    public ValueTask DisposeAsync() => _cluster!.DisposeAsync();
}
