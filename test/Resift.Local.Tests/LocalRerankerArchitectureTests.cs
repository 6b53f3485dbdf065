using Resift.Local.Tests.Inference;
using Resift.Local.Tests.Models;

namespace Resift.Local.Tests;

/// <summary>Each architecture in the whole reranker: tokens, queue and batches, against a forward pass in double precision.</summary>
public sealed class LocalRerankerArchitectureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("bert")]
    [InlineData("electra")]
    [InlineData("roberta")]
    [InlineData("distilbert")]
    [InlineData("mpnet")]
    [InlineData("modernbert")]
    public async Task RerankAsync_Architecture_GivesTheReferenceLogits(string type)
    {
        var model = new TinyModel { ModelType = type, Layers = 2, Positions = 64 };
        model.Write(_folder.Path, ConfigChange.Logits);
        const string Query = "w h a t";
        string[] documents = Letters.Texts(30, 40);
        using var reranker = LocalReranker.Load(_folder.Path, new() { Threads = 2, BatchTokens = 64 });

        var response = await reranker.RerankAsync(Query, documents, cancellationToken: TestContext.Current.CancellationToken);

        var reference = ReferenceModel.Of(model);
        Assert.Equal(documents.Length, response.Results.Count);
        Assert.All(response.Results, result =>
        {
            int[] query = Letters.Ids(Query);
            double expected = reference.Logits(reference.Hidden([.. query, .. Letters.Ids(documents[result.Index])[1..]], query.Length))[0];
            Assert.InRange(result.Score, expected - 1e-4, expected + 1e-4);
        });
    }

    [Theory]
    [InlineData("roberta")]
    [InlineData("mpnet")]
    public async Task RerankAsync_PositionsBehindPadding_CutsToWhatIsLeft(string type)
    {
        new TinyModel { ModelType = type, Positions = 34 }.Write(_folder.Path);
        using var reranker = LocalReranker.Load(_folder.Path);

        var response = await reranker.RerankAsync("a", [Letters.Text(100)], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(32, response.Usage!.InputTokens);
        Assert.Equal(32, LocalModelInfo.Read(_folder.Path).MaxTokens);
        Assert.Throws<ArgumentOutOfRangeException>(() => LocalReranker.Load(_folder.Path, new() { MaxTokens = 33 }));
    }

    [Fact]
    public void Load_TokenizerWithoutTypes_IsRefusedOnlyWhereTypesMatter()
    {
        Write("bert");
        var error = Assert.Throws<NotSupportedException>(() => LocalReranker.Load(_folder.Path));
        Assert.Contains("model_input_names lacks token_type_ids", error.Message, StringComparison.Ordinal);

        foreach (string type in (string[])["roberta", "distilbert", "mpnet", "modernbert"])
        {
            Write(type);
            LocalReranker.Load(_folder.Path).Dispose();
        }

        void Write(string type)
        {
            new TinyModel { ModelType = type }.Write(_folder.Path);
            File.WriteAllText(_folder.File("tokenizer_config.json"), """{"model_input_names": ["input_ids", "attention_mask"]}""");
        }
    }
}
