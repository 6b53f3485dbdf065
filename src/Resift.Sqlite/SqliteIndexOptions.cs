namespace Resift.Sqlite;

/// <summary>How an index file is opened.</summary>
public sealed record SqliteIndexOptions
{
    /// <summary>How long a writer waits for another one unless told otherwise.</summary>
    public static readonly TimeSpan DefaultBusyTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets a value indicating whether the index is only searched: the file must exist, and nothing in it can be changed.
    /// </summary>
    public bool ReadOnly { get; init; }

    /// <summary>Gets a value indicating whether a file that is not there is an error; otherwise it is created.</summary>
    public bool MustExist { get; init; }

    /// <summary>
    /// Gets how long a write waits for another writer, of this process or another, before it fails. Readers wait for nobody.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan BusyTimeout
    {
        get;
        init => field = value >= TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(BusyTimeout), value, "The time to wait for another writer cannot be negative.");
    } = DefaultBusyTimeout;
}
