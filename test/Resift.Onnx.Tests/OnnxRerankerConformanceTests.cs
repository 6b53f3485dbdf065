using Resift.Testing;

namespace Resift.Onnx.Tests;

public sealed class OnnxRerankerConformanceTests : PointwiseRerankerConformanceTests, IDisposable
{
    private readonly TinyFolder _folder = new();

    // The runtime adds in another order where a batch has another shape.
    protected override double ScoreTolerance => 1e-6;

    public void Dispose() => _folder.Dispose();

    protected override IReranker CreateReranker() =>
        OnnxReranker.Load(_folder.With(new() { AddsTypes = true }), new() { Threads = 1, ConcurrentRuns = 2, BatchTokens = 512 });
}
