using Resift.Testing;

namespace Resift.Tests.Composition;

public sealed class OptionsRerankerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_DefaultsAndOrders_OnACopyOfTheCallsOptions()
    {
        RerankOptions? seen = null;
        using var inner = new TestReranker
        {
            RerankAsyncCallback = (_, documents, options, _) =>
            {
                seen = options;
                return Task.FromResult(RerankResponse.Create(new double[documents.Count], ScoreScale.Logit, options?.TopN));
            },
        };
        using var reranker = inner.AsBuilder()
            .UseOptions(options =>
            {
                options.TopN ??= 2;
                options.Instruction = "Rank.";
            })
            .Build();
        Assert.Equal(2, (await reranker.RerankAsync("q", ["a", "b", "c"], cancellationToken: Cancellation)).Results.Count);
        var own = new RerankOptions { TopN = 1, Instruction = "Other." };
        Assert.Single((await reranker.RerankAsync("q", ["a", "b"], own, Cancellation)).Results);
        Assert.Equal((1, "Rank."), (seen!.TopN, seen.Instruction));
        Assert.Equal("Other.", own.Instruction);
    }

    [Fact]
    public void GetService_OtherModelOrInstruction_OtherMetadataAndFingerprint()
    {
        var fingerprint = new ModelFingerprint("f");
        using var inner = new TestReranker
        {
            GetServiceCallback = (type, _) => type == typeof(ModelFingerprint) ? fingerprint
                : type == typeof(RerankerMetadata) ? new RerankerMetadata("test") { DefaultModelId = "m", IsPointwise = true }
                : null,
        };
        using var instructed = inner.AsBuilder().UseOptions(options => options.Instruction = "Rank.").Build();
        Assert.True(instructed.GetService<RerankerMetadata>()!.IsPointwise);
        Assert.NotEqual(fingerprint, instructed.GetService<ModelFingerprint>());
        Assert.NotNull(instructed.GetService<ModelFingerprint>());
        using var other = inner.AsBuilder().UseOptions(options => options.ModelId = "n").Build();
        Assert.Equal(
            ("n", false), (other.GetService<RerankerMetadata>()!.DefaultModelId, other.GetService<RerankerMetadata>()!.IsPointwise));
        Assert.Null(other.GetService<ModelFingerprint>());
    }

    public sealed class Conformance : PointwiseRerankerConformanceTests
    {
        protected override IReranker CreateReranker() => new TestReranker().AsBuilder().UseOptions(_ => { }).Build();
    }

    public sealed class FunctionConformance : PointwiseRerankerConformanceTests
    {
        protected override IReranker CreateReranker() => new TestReranker().AsBuilder()
            .Use((query, documents, options, inner, token) => inner.RerankAsync(query, documents, options, token)).Build();
    }
}
