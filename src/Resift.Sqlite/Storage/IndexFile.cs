namespace Resift.Sqlite;

/// <summary>One open file: where it lies, its connections, and what it may be used for.</summary>
internal sealed record IndexFile(string Path, ConnectionPool Connections, SqliteIndexOptions Options)
{
    public TimeSpan BusyTimeout => Options.BusyTimeout;

    public void ThrowIfReadOnly()
    {
        if (Options.ReadOnly)
        {
            throw new InvalidOperationException($"The index '{Path}' was opened to be searched only. Open it without " +
                $"{nameof(SqliteIndexOptions.ReadOnly)} to change it.");
        }
    }
}
