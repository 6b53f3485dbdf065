using Npgsql;
using Resift.Retrieval;
using static Resift.Postgres.Tests.TestIndex;

namespace Resift.Postgres.Tests.Faults;

public sealed class ConcurrencyTests(PostgresServer server)
{
    [Fact]
    public async Task SameDocuments_ByManyWriters_AreWholeAndOfOneOfThem()
    {
        await using var index = await server.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async writer =>
        {
            var collection = (await PostgresIndex.OpenAsync(index.Source, index.Options, Token)).GetCollection();
            for (int round = 0; round < 4; round++)
            {
                var documents = Enumerable.Range(0, 20).Select(i => Document(
                    $"d{i}", [.. Enumerable.Range(0, 1 + writer % 3).Select(part => $"cat {part} of writer{writer} in round{round}")]));
                await collection.UpsertAsync(documents.ToAsyncEnumerable(), index.Embedder, cancellationToken: Token);
            }
        }));
        await index.CheckAsync();
        var response = await index.Collection.Lexical.RetrieveAsync("cat", new() { Candidates = 1000 }, Token);
        var byDocument = response.Candidates.GroupBy(hit => hit.Document.DocumentId).ToArray();
        Assert.Equal(20, byDocument.Length);
        Assert.All(byDocument, hits =>
        {
            string writer = Assert.Single(hits.Select(hit => hit.Text[(hit.Text.IndexOf("of", StringComparison.Ordinal))..]).Distinct());
            Assert.Equal(1 + (writer["of writer".Length] - '0') % 3, hits.Count());
        });
    }

    [Fact]
    public async Task Readers_WhileSomebodyWrites_AlwaysSeeWholeDocuments()
    {
        await using var index = await server.OpenAsync();
        await index.UpsertAsync(Document("a", "cat 0", "cat 0", "cat 0"));
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var hybrid = index.Collection.CreateHybrid(index.Embedder);
            while (!done.IsCancellationRequested)
            {
                var found = (await hybrid.RetrieveAsync("cat", null, Token)).Candidates;
                Assert.Equal(3, found.Count);
                Assert.Single(found.Select(hit => hit.Text).Distinct());
            }
        })).ToArray();
        for (int i = 1; i <= 30; i++)
        {
            await index.UpsertAsync(Document("a", $"cat {i}", $"cat {i}", $"cat {i}"));
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Fact]
    public async Task PoolOfOneConnection_CutterThatSearchesTheSameIndex_DoesNotWaitForItself()
    {
        await using var index = await server.OpenAsync();
        await using var narrow = NpgsqlDataSource.Create($"{server.ConnectionString};Maximum Pool Size=1;Timeout=5");
        var collection = (await PostgresIndex.OpenAsync(narrow, index.Options, Token)).GetCollection();
        await collection.UpsertAsync(new[] { Document("a", "the cat sat") }.ToAsyncEnumerable(), index.Embedder, null, Token);
        var searching = Document("b", "dogs") with
        {
            Passages = () => collection.Lexical.RetrieveAsync("cat", null, Token).GetAwaiter().GetResult()
                .Candidates.Select(hit => new SearchDocument("b", $"after {hit.Text}")),
        };
        await collection.UpsertAsync(new[] { searching }.ToAsyncEnumerable(), index.Embedder, null, Token);
        var searches = Enumerable.Range(0, 20).Select(_ => FindAsync(collection.CreateHybrid(index.Embedder), "cat"));
        Assert.All(await Task.WhenAll(searches), found => Assert.Equal(["a#0", "b"], found.Order()));
    }

    [Fact]
    public async Task Indexes_OpenedAtOnce_MakeOneSetOfTables()
    {
        await using var index = await server.OpenAsync();
        var options = new PostgresIndexOptions { Schema = index.Options.Schema, TablePrefix = "other_" };
        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostgresIndex.OpenAsync(index.Source, options, Token)));
        await Task.WhenAll(opened.Select((one, i) => one.GetCollection().UpsertAsync(
            new[] { Document($"d{i}", "the cat sat") }.ToAsyncEnumerable(), index.Embedder, cancellationToken: Token)));
        Assert.Equal(8, (await opened[0].GetCollection().GetInfoAsync(Token)).Documents);
        Assert.Equal(0, (await index.Collection.GetInfoAsync(Token)).Documents);
    }
}
