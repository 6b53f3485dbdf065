using Microsoft.Extensions.AI;
using Resift.Testing;

namespace Resift.Tests.Embeddings;

public sealed class PurposeEmbeddingGeneratorTests : IDisposable
{
    private readonly List<EmbeddingGenerationOptions?> _options = [];
    private readonly TestEmbeddingGenerator _service;

    public PurposeEmbeddingGeneratorTests() => _service = new()
    {
        GenerateAsyncCallback = (texts, options, _) =>
        {
            _options.Add(options);
            return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(texts.Select(_ => new Embedding<float>(new float[] { 1 }))));
        },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _service.Dispose();

    [Theory]
    [InlineData(EmbeddingPurpose.Query, "search_query")]
    [InlineData(EmbeddingPurpose.Document, "search_document")]
    public async Task WithPurpose_AdditionalProperty_ReachesTheServiceInPlaceOfTheKey(EmbeddingPurpose purpose, string expected)
    {
        using var generator = _service.WithPurpose((options, wanted) =>
            (options.AdditionalProperties ??= [])["input_type"] = wanted == EmbeddingPurpose.Query ? "search_query" : "search_document");
        var given = new EmbeddingGenerationOptions { ModelId = "embed" };
        given.SetPurpose(purpose);

        await generator.GenerateAsync(["text"], given, Cancellation);

        var received = Assert.Single(_options)!;
        Assert.Equal("embed", received.ModelId);
        Assert.Equal(KeyValuePair.Create<string, object?>("input_type", expected), Assert.Single(received.AdditionalProperties!));
        Assert.Equal(["text"], Assert.Single(_service.Received));
        Assert.Equal(EmbeddingProperties.PurposeKey, Assert.Single(given.AdditionalProperties!).Key);
    }

    [Fact]
    public async Task WithPurpose_RawRepresentation_ReachesTheService()
    {
        using var generator = _service.WithPurpose((options, purpose) => options.RawRepresentationFactory = _ => $"raw {purpose}");
        var given = new EmbeddingGenerationOptions();
        given.SetPurpose(EmbeddingPurpose.Document);

        await generator.GenerateAsync(["text"], given, Cancellation);

        Assert.Equal("raw Document", Assert.Single(_options)!.RawRepresentationFactory!(_service));
        Assert.Null(given.RawRepresentationFactory);
    }

    [Fact]
    public async Task WithPrefixes_QueryAndDocuments_StandBehindTheirs()
    {
        using var reranker = new EmbeddingReranker(_service.WithPrefixes("query: ", "passage: "));

        await reranker.RerankAsync("cats", ["dogs", "cats"], cancellationToken: Cancellation);

        Assert.Equal([["query: cats"], ["passage: dogs", "passage: cats"]], _service.Received);
        Assert.Equal([null, null], _service.Purposes);
    }

    [Fact]
    public async Task WithPurposeOrPrefixes_NoPurpose_GoesThroughAsItIs()
    {
        using var generator = _service.WithPrefixes("query: ", "").WithPurpose((options, _) => options.ModelId = "changed");
        var given = new EmbeddingGenerationOptions { ModelId = "embed" };

        await generator.GenerateAsync(["text"], given, Cancellation);
        await generator.GenerateAsync(["text"], null, Cancellation);

        Assert.Equal([given, null], _options);
        Assert.Equal("embed", given.ModelId);
        Assert.Equal([["text"], ["text"]], _service.Received);
    }

    [Fact]
    public void WithPurpose_ServicesAndDisposal_AreThoseOfTheService()
    {
        var generator = _service.WithPurpose((_, _) => { });

        Assert.Same(_service.Metadata, generator.GetService<EmbeddingGeneratorMetadata>());
        generator.Dispose();

        Assert.Equal(1, _service.Disposals);
    }
}
