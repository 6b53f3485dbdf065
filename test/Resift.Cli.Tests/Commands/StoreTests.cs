using System.Text.Json;
using Npgsql;
using Resift.Postgres.Tests;

namespace Resift.Cli.Tests.Commands;

/// <summary>An index in a database, from the command line.</summary>
public sealed class StoreTests(PostgresServer server) : IAsyncLifetime
{
    private const string Secret = "s3cr3t pa55?/@";

    private readonly CommandLine _cli = new();
    private readonly string _schema = $"cli {Guid.NewGuid():N}";

    private string Store { get; set; } = "";

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(server.Missing is not null, server.Missing ?? "");
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString);
        Store = $"postgres://{settings.Username}:{Uri.EscapeDataString(settings.Password ?? Secret)}@{settings.Host}:{settings.Port}/" +
            $"{settings.Database}?schema={Uri.EscapeDataString(_schema)}&prefix=x_&Application%20Name=tests";
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        _cli.Dispose();
        if (server.Missing is null)
        {
            await using var command = server.Source.CreateCommand($"DROP SCHEMA IF EXISTS \"{_schema}\" CASCADE");
            await command.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task IndexSearchAndDb_OfADatabase_WorkAsOfAFile()
    {
        _cli.File("docs/git.md", "# Git\n\ngit reset undoes a commit");
        _cli.File("docs/bread.txt", "bread is baked hot");
        _cli.File("docs/sub/cat.txt", "a cat sleeps");
        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunAsync("index", _cli.At("docs"), "--store", Store), _cli.Error));
        Assert.StartsWith("3 added, 0 updated, 0 unchanged, 0 removed", _cli.Output, StringComparison.Ordinal);
        File.Delete(_cli.At("docs/bread.txt"));
        _cli.Clear();

        // Named by the environment now.
        _cli.Environment["RESIFT_STORE"] = Store;
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("index", _cli.At("docs")));
        Assert.StartsWith("0 added, 0 updated, 2 unchanged, 1 removed", _cli.Output, StringComparison.Ordinal);
        _cli.Clear();
        foreach (string retriever in (string[])["lexical", "dense", "hybrid"])
        {
            Assert.Equal(ExitCode.Ok, await _cli.RunAsync(
                "search", "undo a commit", "--retriever", retriever, "--tier", "embedding", "--filter", "path=*.md", "--format", "json"));
            using var found = JsonDocument.Parse(_cli.Output);
            Assert.Equal("docs/git.md", found.RootElement.GetProperty("hits")[0].GetProperty("id").GetString());
            _cli.Clear();
        }

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("ask", "undo a commit", "--dry-run"));
        Assert.Contains("git reset undoes a commit", _cli.Output, StringComparison.Ordinal);
        _cli.Clear();
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("db", "info"));
        Assert.Contains("folder         docs (2 documents)", _cli.Output, StringComparison.Ordinal);
        _cli.Clear();
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("db", "list", "--format", "json"));
        using (var list = JsonDocument.Parse(_cli.Output))
        {
            Assert.DoesNotContain("tests", list.RootElement.GetProperty("store").GetString(), StringComparison.Ordinal);
            Assert.Equal(2, list.RootElement.GetProperty("collections")[0].GetProperty("documents").GetInt64());
        }

        _cli.Clear();
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("db", "remove", "docs/sub"));
        Assert.EndsWith("1 document removed.\n", _cli.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("db", "remove", "--collection", "default"));
        _cli.Clear();
        Assert.Equal(ExitCode.Error, await _cli.RunAsync("search", "commit"));
        Assert.Contains("is empty. Fill it first, as in: resift index FOLDER --store postgres://", _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DatabaseThatIsNotThere_IsSaidWithoutThePassword()
    {
        int port = new NpgsqlConnectionStringBuilder(server.ConnectionString).Port;
        string store = Store.Replace($":{port}/", ":1/", StringComparison.Ordinal);
        foreach (string verbose in (string[])["--verbose", "--tier=embedding"])
        {
            Assert.Equal(ExitCode.Error, await _cli.RunAsync("search", "commit", "--store", store, verbose));
        }

        Assert.Contains("cannot be reached", _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", _cli.Error, StringComparison.Ordinal);
    }
}
