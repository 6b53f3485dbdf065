using Npgsql;
using Resift.Retrieval;
using Resift.Testing;

namespace Resift.Postgres.Tests.Faults;

/// <summary>
/// Kills a process in the middle of an upsert, again and again: what it committed must be there, whole, and going on must finish the job.
/// </summary>
public sealed class KillTests(PostgresServer server)
{
    private const string ServerVariable = "RESIFT_KILL_TEST_SERVER";
    private const string SchemaVariable = "RESIFT_KILL_TEST_SCHEMA";
    private const int Documents = 3000;
    private const int PassagesPerDocument = 4;
    private const int Kills = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KilledWriter_AtAnyMoment_LosesNothingThatWasCommitted()
    {
        await using var index = await server.OpenAsync("kill", "");
        long committed = 0;
        for (int kill = 1; kill <= Kills; kill++)
        {
            long told = await KilledWriter.RunAndKillAsync(
                nameof(Child_ToldASchema_UpsertsIntoItAndTellsWhatIsCommitted),
                new Dictionary<string, string>
                {
                    [TestServer.Variable] = server.ConnectionString,
                    [ServerVariable] = server.ConnectionString,
                    [SchemaVariable] = index.Options.Schema,
                },
                commits: 3 * kill,
                Token);
            long documents = await DocumentsAfterTheLastTransactionAsync(index);
            Assert.InRange(documents, Math.Max(told, committed + 1), Documents - 1);
            Assert.Equal(documents * PassagesPerDocument, (await index.Collection.GetInfoAsync(Token)).Passages);
            await index.CheckAsync();
            committed = documents;
        }

        var result = await index.Collection.UpsertAsync(All().ToAsyncEnumerable(), index.Embedder, cancellationToken: Token);
        Assert.Equal((committed, Documents - committed, 0), (result.Unchanged, result.Added, result.Updated));
        await index.CheckAsync();
    }

    [ChildFact]
    public async Task Child_ToldASchema_UpsertsIntoItAndTellsWhatIsCommitted()
    {
        using var teller = KilledWriter.OpenTeller();
        await using var source = NpgsqlDataSource.Create(Environment.GetEnvironmentVariable(ServerVariable)!);
        var index = await PostgresIndex.OpenAsync(source, new() { Schema = Environment.GetEnvironmentVariable(SchemaVariable)! }, Token);
        using var embedder = new TestEmbeddingGenerator();
        await index.GetCollection().UpsertAsync(All().ToAsyncEnumerable(), embedder, teller, Token);
    }

    private static IEnumerable<IndexedDocument> All() => Enumerable.Range(0, Documents).Select(i => TestIndex.Document(
        $"document {i}",
        [.. Enumerable.Range(0, PassagesPerDocument).Select(j => $"the cat of passage {j} in document {i} sat on a mat")]));

    // The server hears of the end of a process a moment after it, and until then its transaction has the collection locked.
    private static async Task<long> DocumentsAfterTheLastTransactionAsync(TestIndex index)
    {
        await index.Collection.DeleteAsync(["none"], Token);
        return (await index.Collection.GetInfoAsync(Token)).Documents;
    }
}
