namespace Resift.Sqlite;

/// <summary>One open file: where it lies, its connections, and what it may be used for.</summary>
internal sealed record IndexFile(string Path, ConnectionPool Connections, SqliteIndexOptions Options)
{
    /// <summary>
    /// Gets whose turn it is to write. Writers of this process queue here, so that only one of them holds a connection while it waits for
    /// those of other processes, and readers find the rest free.
    /// </summary>
    public SemaphoreSlim Writing { get; } = new(1, 1);

    public TimeSpan BusyTimeout => Options.BusyTimeout;

    /// <inheritdoc cref="StorageFailure.Run"/>
    public T Run<T>(Func<T> run) => StorageFailure.Run(Path, run);

    /// <inheritdoc cref="StorageFailure.RunAsync"/>
    public Task<T> RunAsync<T>(Func<Task<T>> run) => StorageFailure.RunAsync(Path, run);

    public void ThrowIfReadOnly()
    {
        if (Options.ReadOnly)
        {
            throw new InvalidOperationException($"The index '{Path}' was opened to be searched only. Open it without " +
                $"{nameof(SqliteIndexOptions.ReadOnly)} to change it.");
        }
    }
}
