using Resift.Testing;

namespace Resift.Tests.Llm;

public sealed class ListwiseLlmRerankerConformance : RerankerConformanceTests
{
    protected override int ManyDocuments => 500;

    protected override IReranker CreateReranker() => new ListwiseLlmReranker(PromptReader.HonestClient());
}

public sealed class PointwiseLlmRerankerConformance : PointwiseRerankerConformanceTests
{
    protected override int ManyDocuments => 1_000;

    protected override IReranker CreateReranker() => new PointwiseLlmReranker(PromptReader.HonestClient());
}

public sealed class PairwiseLlmRerankerConformance : RerankerConformanceTests
{
    protected override int ManyDocuments => 500;

    protected override IReranker CreateReranker() => new PairwiseLlmReranker(PromptReader.HonestClient());
}
