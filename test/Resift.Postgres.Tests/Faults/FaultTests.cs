using System.Diagnostics;
using Npgsql;
using Resift.Retrieval;
using static Resift.Postgres.Tests.TestIndex;

namespace Resift.Postgres.Tests.Faults;

/// <summary>
/// What happens where a database is busy, stopped, frozen or started anew. It is a server of its own, since it is stopped.
/// </summary>
public sealed class FaultTests : IAsyncLifetime
{
    private readonly PostgresServer _server = new();

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        Assert.SkipUnless(_server.IsOwn, _server.Missing ?? "a server of the user is not stopped");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task ServerThatRestarts_BetweenCalls_IsNotNoticed()
    {
        var index = await _server.OpenAsync();
        await index.UpsertAsync(Document("a", "the cat sat"));
        foreach (string mode in (string[])["fast", "immediate"])
        {
            await _server.StopAsync(mode);
            await _server.StartAsync();
            Assert.Contains("a#0", await FindAsync(index.Collection.CreateHybrid(index.Embedder), "cat"));
            await _server.StopAsync(mode);
            await _server.StartAsync();
            Assert.Equal(1, (await index.UpsertAsync(Document("a", "the cat sat"), Document($"b {mode}", "dogs"))).Added);
        }

        await index.CheckAsync();
    }

    [Fact]
    public async Task ServerThatStops_InTheMiddleOfAnUpsert_LosesNothingAndSaysSo()
    {
        var index = await _server.OpenAsync();
        var documents = Enumerable.Range(0, 1000).Select(i => Document($"d{i}", $"text {i}"));
        var failure = await Assert.ThrowsAsync<IOException>(() => index.Collection.UpsertAsync(
            documents.ToAsyncEnumerable().Select(async (IndexedDocument document, CancellationToken _) =>
            {
                if (document.Id == "d600")
                {
                    await _server.StopAsync("immediate");
                }

                return document;
            }),
            index.Embedder,
            cancellationToken: Token));
        Assert.Contains("What was committed before stays", failure.Message, StringComparison.Ordinal);
        var search = await Assert.ThrowsAsync<IOException>(() => index.Collection.Lexical.RetrieveAsync("text", null, Token));
        Assert.Contains("cannot be reached", search.Message, StringComparison.Ordinal);
        await _server.StartAsync();
        long kept = (await index.Collection.GetInfoAsync(Token)).Documents;
        Assert.InRange(kept, 1, 600);
        await index.CheckAsync();
        var result = await index.UpsertAsync([.. documents]);
        Assert.Equal((kept, 1000 - kept), (result.Unchanged, result.Added));
        await index.CheckAsync();
    }

    [Fact]
    public async Task FrozenServer_SearchWithADeadline_EndsAtIt()
    {
        var index = await _server.OpenAsync();
        await index.UpsertAsync(Document("a", "the cat sat"));
        Assert.Equal(["a#0"], await FindAsync(index.Collection.Lexical, "cat"));
        Signal("STOP");
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
            deadline.CancelAfter(TimeSpan.FromMilliseconds(500));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => index.Collection.Lexical.RetrieveAsync("cat", null, deadline.Token));
        }
        finally
        {
            Signal("CONT");
        }

        Assert.Equal(["a#0"], await FindAsync(index.Collection.Lexical, "cat"));
    }

    [Fact]
    public async Task WriterThatIsNotDone_AnotherOne_WaitsForItsTimeAndCanBeCancelled()
    {
        var index = await _server.OpenAsync();
        await index.UpsertAsync(Document("a", "the cat sat"));
        await using var hasty = NpgsqlDataSource.Create($"{_server.ConnectionString};Command Timeout=1");
        var other = (await PostgresIndex.OpenAsync(hasty, index.Options, Token)).GetCollection();
        await using var connection = await index.Source.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await connection.ExecuteAsync($"SELECT FROM {new Tables(index.Options).Collections} FOR UPDATE", [], Token);
        var documents = new[] { Document("b", "dogs bark") }.ToAsyncEnumerable();
        await Assert.ThrowsAsync<TimeoutException>(() => other.UpsertAsync(documents, index.Embedder, cancellationToken: Token));
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => index.Collection.UpsertAsync(documents, index.Embedder, cancellationToken: impatient.Token));
        Assert.Equal(["a#0"], await FindAsync(other.Lexical, "cat dog"));
        await transaction.RollbackAsync(Token);
        Assert.Equal(1, (await other.UpsertAsync(documents, index.Embedder, cancellationToken: Token)).Added);
        await index.CheckAsync();
    }

    [Fact]
    public async Task Password_IsInNoErrorAndNoLog()
    {
        var index = await _server.OpenAsync();
        await index.UpsertAsync(Document("a", "the cat sat"));
        const string secret = "s3cr3t-Pa55";
        await using var connection = await index.Source.OpenConnectionAsync(Token);
        await connection.ExecuteAsync($"CREATE USER somebody PASSWORD '{secret}'", [], Token);
        var settings = new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Username = "somebody", Password = secret };
        var said = new List<string>();
        using var logs = new CollectedLogs(said);
        await TryAsync(settings);
        settings.Port = 1;
        await TryAsync(settings);
        settings.Port = _server.Port;
        settings.Database = "none";
        await TryAsync(settings);
        Assert.True(said.Count > 3);
        Assert.DoesNotContain(said, line => line.Contains(secret, StringComparison.Ordinal));

        async Task TryAsync(NpgsqlConnectionStringBuilder builder)
        {
            var source = new NpgsqlDataSourceBuilder(builder.ConnectionString);
            source.UseLoggerFactory(logs);
            await using var built = source.Build();
            var error = await Assert.ThrowsAsync<IOException>(async () =>
                await (await PostgresIndex.OpenAsync(built, index.Options, Token)).GetCollection().GetInfoAsync(Token));
            said.Add(error.ToString());
        }
    }

    // All processes of the server, as a machine that stands still.
    private void Signal(string signal)
    {
        string postmaster = File.ReadLines(Path.Combine(_server.DataFolder, "postmaster.pid")).First();
        using var process = Process.Start("/bin/sh", ["-c", $"kill -{signal} {postmaster} $(cat /proc/{postmaster}/task/*/children)"])!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
