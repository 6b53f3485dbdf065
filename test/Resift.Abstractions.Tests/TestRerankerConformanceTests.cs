using Resift.Testing;

namespace Resift.Abstractions.Tests;

public sealed class TestRerankerConformanceTests : RerankerConformanceTests
{
    protected override IReranker CreateReranker() => new TestReranker();
}
