using Npgsql;

namespace Resift.Postgres;

/// <summary>The database of an index: lends connections of the caller's pool, and says in the words of an index what went wrong.</summary>
internal sealed class Database(NpgsqlDataSource source, PostgresIndexOptions options)
{
    public Tables Tables { get; } = new(options);

    public bool UseCopy => options.UseCopy;

    public bool IsReadOnly => options.ReadOnly;

    /// <summary>Gets how errors call it. Nothing of the connection string but host, port and database is in it.</summary>
    public string Name { get; } = Describe(source, options);

    /// <summary>Runs something on a connection, and once more if the connection was broken, as after a restart of the server.</summary>
    /// <param name="run">What is run: a read, or a transaction that may be done twice.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="IOException">The database cannot be reached, or refused.</exception>
    /// <exception cref="TimeoutException">It did not answer within the command timeout of the connection string.</exception>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> run, CancellationToken cancellationToken)
    {
        try
        {
            try
            {
                return await OnceAsync(run, cancellationToken).ConfigureAwait(false);
            }
            catch (NpgsqlException exception) when (WasBroken(exception))
            {
                return await OnceAsync(run, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (Translate(exception) is { } failure)
        {
            throw failure;
        }
    }

    public void ThrowIfReadOnly()
    {
        if (options.ReadOnly)
        {
            throw new InvalidOperationException($"The index '{Name}' was opened to be searched only. Open it without " +
                $"{nameof(PostgresIndexOptions.ReadOnly)} to change it.");
        }
    }

    private async Task<T> OnceAsync<T>(Func<NpgsqlConnection, Task<T>> run, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            return await run(connection).ConfigureAwait(false);
        }
    }

    // A server that ends says so, or the connection just ends; what took too long would only take as long again.
    private static bool WasBroken(NpgsqlException exception) => exception is { IsTransient: true, InnerException: not TimeoutException }
        and not PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    private Exception? Translate(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification }
            refused => new IOException($"The database '{Name}' refused the user or the password: {refused.MessageText}.", exception),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused => new IOException(
            $"The database '{Name}' does not allow it: {refused.MessageText}. Ask whoever runs it for the right to, or have the schema " +
            "made by somebody who may.", exception),
        PostgresException refused => new IOException($"The database '{Name}' refused ({refused.SqlState}): {refused.MessageText}. What " +
            "was committed before stays.", exception),
        NpgsqlException { InnerException: TimeoutException } => new TimeoutException(
            $"The database '{Name}' did not answer in time; it is busy, or another writer is not done. What was committed before stays: " +
            "do the same again, or raise Timeout and Command Timeout in the connection string.", exception),
        NpgsqlException => new IOException($"The database '{Name}' cannot be reached, or the connection broke: " +
            $"{exception.Message.TrimEnd('.')}. What was committed before stays: do the same again when it is back.", exception),
        _ => null,
    };

    private static string Describe(NpgsqlDataSource source, PostgresIndexOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        return $"postgres://{settings.Host}:{settings.Port}/{settings.Database ?? settings.Username} " +
            $"({options.Schema}{(options.TablePrefix is "" ? "" : $".{options.TablePrefix}*")})";
    }
}
