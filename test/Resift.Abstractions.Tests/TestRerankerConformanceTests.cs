using Resift.Testing;

namespace Resift.Abstractions.Tests;

public sealed class TestRerankerConformanceTests : PointwiseRerankerConformanceTests
{
    protected override IReranker CreateReranker() => new TestReranker();
}
