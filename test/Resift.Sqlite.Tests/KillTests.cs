using Resift.Retrieval;
using Resift.Testing;

namespace Resift.Sqlite.Tests;

/// <summary>
/// Kills a process in the middle of an upsert, again and again: what it committed must be there, whole, and going on must finish the job.
/// </summary>
public sealed class KillTests
{
    private const string FileVariable = "RESIFT_KILL_TEST_FILE";
    private const int Documents = 3000;
    private const int PassagesPerDocument = 4;
    private const int Kills = 5;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KilledWriter_AtAnyMoment_LosesNothingThatWasCommitted()
    {
        using var index = new TemporaryIndex();
        long committed = 0;
        for (int kill = 1; kill <= Kills; kill++)
        {
            long told = await KilledWriter.RunAndKillAsync(
                nameof(Child_ToldAFile_UpsertsIntoItAndTellsWhatIsCommitted),
                new Dictionary<string, string> { [FileVariable] = index.FilePath },
                commits: 3 * kill,
                Token);
            index.Reopen();
            long documents = index.Collection.GetInfo().Documents;
            Assert.InRange(documents, Math.Max(told, committed + 1), Documents - 1);
            Assert.Equal(documents * PassagesPerDocument, index.Collection.GetInfo().Passages);
            IndexCheck.Check(index.FilePath);
            committed = documents;
        }

        var result = await index.Collection.UpsertAsync(All().ToAsyncEnumerable(), index.Embedder, cancellationToken: Token);
        Assert.Equal((committed, Documents - committed, 0), (result.Unchanged, result.Added, result.Updated));
        Assert.Equal(Documents * PassagesPerDocument, index.Collection.GetInfo().Passages);
        IndexCheck.Check(index.FilePath);
    }

    [ChildFact]
    public async Task Child_ToldAFile_UpsertsIntoItAndTellsWhatIsCommitted()
    {
        string file = Environment.GetEnvironmentVariable(FileVariable)!;
        using var teller = KilledWriter.OpenTeller();
        using var index = SqliteIndex.Open(file);
        using var embedder = new TestEmbeddingGenerator();
        await index.GetCollection().UpsertAsync(All().ToAsyncEnumerable(), embedder, teller, Token);
    }

    private static IEnumerable<IndexedDocument> All() => Enumerable.Range(0, Documents).Select(i => TemporaryIndex.Document(
        $"document {i}",
        [.. Enumerable.Range(0, PassagesPerDocument).Select(j => $"the cat of passage {j} in document {i} sat on a mat")]));
}
