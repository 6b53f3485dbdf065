using Npgsql;

namespace Resift.Postgres.Tests;

/// <summary>
/// A database server that tests share, each with a schema of its own. The tests of the command line compile this file as well.
/// </summary>
public abstract class TestServer : IAsyncLifetime
{
    /// <summary>The variable with the connection string of a server that the tests use in the place of their own.</summary>
    public const string Variable = "RESIFT_TEST_POSTGRES";

    private NpgsqlDataSource? _source;

    /// <summary>Gets why there is no server; null if there is one.</summary>
    public string? Missing { get; protected set; }

    /// <summary>Gets a value indicating whether it knows COPY FROM STDIN, several connections at work, and cancellation.</summary>
    public virtual bool IsWhole => true;

    /// <summary>Gets its connection string.</summary>
    public string ConnectionString { get; protected set; } = "";

    /// <summary>Gets the pool that the tests share.</summary>
    public NpgsqlDataSource Source => _source ??= NpgsqlDataSource.Create(ConnectionString);

    /// <summary>Gets the connection string that whoever runs the tests names; null if nobody does.</summary>
    protected static string? Named => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : null;

    public abstract ValueTask InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        if (_source is not null)
        {
            await _source.DisposeAsync();
        }

        await StopAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual ValueTask StopAsync() => default;
}
