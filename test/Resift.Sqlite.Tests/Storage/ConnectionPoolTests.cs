using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests.Storage;

public sealed class ConnectionPoolTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("resift-sqlite-");
    private readonly ConnectionPool _pool;

    public ConnectionPoolTests()
    {
        string path = Path.Combine(_folder.FullName, "pool.db");
        _pool = new(path, IndexAccess.Usual(path, new()), maxConnections: 2);
    }

    public void Dispose()
    {
        _pool.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task RentAsync_AllLentOut_WaitsForOneToComeBack()
    {
        var first = await _pool.RentAsync(Token);
        using var second = _pool.Rent();
        var third = _pool.RentAsync(Token).AsTask();
        Assert.False(third.IsCompleted);
        var connection = first.Connection;
        first.Dispose();
        using var lease = await third;
        Assert.Same(connection, lease.Connection);
    }

    [Fact]
    public async Task RentAsync_CancelledWhileItWaits_TakesNothing()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var first = _pool.Rent();
        using var second = _pool.Rent();
        var third = _pool.RentAsync(source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        first.Dispose();
        using var fourth = await _pool.RentAsync(Token);
    }

    [Fact]
    public async Task Dispose_WhileSomebodyWaits_RefusesIt()
    {
        var first = _pool.Rent();
        var second = _pool.Rent();
        var third = _pool.RentAsync(Token).AsTask();
        var fourth = _pool.RentAsync(Token).AsTask();
        _pool.Dispose();
        first.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => third);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => fourth);
        second.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _pool.Rent());
    }

    [Fact]
    public void Rent_FileThatCannotBeOpened_KeepsItsPlaceFree()
    {
        using var pool = new ConnectionPool("x", IndexAccess.Usual(_folder.FullName, new()), maxConnections: 1);
        for (int i = 0; i < 3; i++)
        {
            Assert.Throws<Microsoft.Data.Sqlite.SqliteException>(() => pool.Rent());
        }
    }
}
