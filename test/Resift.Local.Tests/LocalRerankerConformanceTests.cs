using Resift.Local.Tests.Models;
using Resift.Testing;

namespace Resift.Local.Tests;

public sealed class LocalRerankerConformanceTests : PointwiseRerankerConformanceTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LocalRerankerConformanceTests() => new TinyModel { Positions = 128 }.Write(_folder.Path);

    public void Dispose() => _folder.Dispose();

    protected override IReranker CreateReranker() => LocalReranker.Load(_folder.Path, new() { Threads = 2 });
}
