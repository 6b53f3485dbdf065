using System.ClientModel;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Embeddings;
using Resift.Testing;

namespace Resift.AspNetCore.Tests.Clients;

/// <summary>OpenAI's own client for .NET, and <c>Microsoft.Extensions.AI</c> over it, unchanged but for their endpoint.</summary>
public sealed class OpenAIClientTests
{
    private const string Key = "b1946ac92492d2347c6235b4d2611184";
    private const string Model = "text-embedding-3-small";

    [Fact]
    public async Task Client_OfOpenAI_GetsTheVectorsOfTheModel()
    {
        await using var server = await StartAsync();
        var client = Client(server, Key);

        var vectors = (await client.GenerateEmbeddingsAsync(
            ["red shoes", "a hat"], cancellationToken: TestContext.Current.CancellationToken)).Value;

        Assert.Equal("hash", vectors.Model);
        Assert.Equal([0, 1], vectors.Select(vector => vector.Index));
        Assert.Equal(await ExpectedAsync("red shoes"), vectors[0].ToFloats().ToArray());
        Assert.Equal(await ExpectedAsync("a hat"), vectors[1].ToFloats().ToArray());
        Assert.True(vectors.Usage.InputTokenCount > 0);
    }

    [Fact]
    public async Task Client_OfOpenAI_IsToldWhatIsWrong()
    {
        await using var server = await StartAsync();

        var key = await Assert.ThrowsAsync<ClientResultException>(() => GenerateAsync(Client(server, "wrong")));
        var model = await Assert.ThrowsAsync<ClientResultException>(() => GenerateAsync(Client(server, Key, "nobody")));
        var size = await Assert.ThrowsAsync<ClientResultException>(() => GenerateAsync(Client(server, Key), dimensions: -1));

        Assert.Equal((401, 404, 400), (key.Status, model.Status, size.Status));
        Assert.Contains("invalid_api_key", key.Message, StringComparison.Ordinal);
        Assert.Contains("nobody", model.Message, StringComparison.Ordinal);
        Assert.Contains("dimensions", size.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generator_OfExtensionsAI_GetsTheVectorsOfTheModel()
    {
        await using var server = await StartAsync();
        using var generator = Client(server, Key).AsIEmbeddingGenerator();

        var vectors = await generator.GenerateAsync(
            ["red shoes", "a hat"], new() { Dimensions = 64 }, TestContext.Current.CancellationToken);

        Assert.Equal(2, vectors.Count);
        Assert.Equal(await ExpectedAsync("red shoes"), vectors[0].Vector.ToArray());
        Assert.True(vectors.Usage?.InputTokenCount > 0);
    }

    private static Task<ClientResult<OpenAIEmbedding>> GenerateAsync(EmbeddingClient client, int? dimensions = null) =>
        client.GenerateEmbeddingAsync("a", new() { Dimensions = dimensions }, TestContext.Current.CancellationToken);

    private static async Task<float[]> ExpectedAsync(string text)
    {
        using var generator = new TestEmbeddingGenerator();
        var vectors = await generator.GenerateAsync([text], cancellationToken: TestContext.Current.CancellationToken);
        return vectors[0].Vector.ToArray();
    }

    private static EmbeddingClient Client(TestServer server, string key, string model = Model) =>
        new(model, new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new(server.Address, "v1") });

    private static Task<TestServer> StartAsync() => TestServer.StartAsync(options =>
    {
        options.KeyHashes.Add(ResiftServerOptions.HashKey(Key));
        options.Aliases[Model] = "hash";
    });
}
