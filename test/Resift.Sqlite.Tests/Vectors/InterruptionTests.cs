using Microsoft.Data.Sqlite;
using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests.Vectors;

public sealed class InterruptionTests
{
    [Fact]
    public void Statement_ThatNeverEnds_StopsWhenItIsCancelled()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        source.CancelAfter(TimeSpan.FromMilliseconds(50));
        Assert.Throws<OperationCanceledException>(() => connection.RunInterruptibly(
            () => connection.Scalar("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"),
            source.Token));

        // The connection is as good as before.
        Assert.Equal(1L, connection.RunInterruptibly(() => connection.Scalar("SELECT 1"), Token));
    }

    [Fact]
    public async Task Scan_OfCancelledToken_StopsAtTheNextBlock()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", [.. Enumerable.Range(0, 2000).Select(i => $"cat {i}")]));
        using var connection = new SqliteConnection($"Data Source={index.FilePath};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var scan = new VectorScan(connection, CollectionRow.Find(connection, "default")!, new CancellationToken(canceled: true));
        Assert.Throws<OperationCanceledException>(() => scan.Search(new float[64], 10, null));
    }
}
