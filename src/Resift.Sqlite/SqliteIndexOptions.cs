namespace Resift.Sqlite;

/// <summary>
/// Provides the options of opening an index file. <see cref="SqliteIndex.Open"/> copies them: later changes have no effect.
/// </summary>
public sealed class SqliteIndexOptions
{
    private const int LeastConnections = 2;

    /// <summary>
    /// Gets or sets a value indicating whether the index is only searched: the file must exist, and nothing in it can be changed.
    /// </summary>
    public bool ReadOnly { get; set; }

    /// <summary>Gets or sets a value indicating whether a file that is not there is an error; otherwise it is created.</summary>
    public bool MustExist { get; set; }

    /// <summary>
    /// Gets or sets how long a write waits for another writer, of this process or another, before it fails; 30 seconds by default. Readers
    /// wait for no writer.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan BusyTimeout
    {
        get;
        set => field = value >= TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(BusyTimeout), value, "The time to wait for another writer cannot be negative.");
    } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how many connections to the file are open at most; one for each processor and one more by default. Each may cache 16
    /// MiB. What needs one while all are in use waits for its turn: a search holds one while it reads, a writer while it writes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 2: a writer would leave nothing to readers.</exception>
    public int MaxConnections
    {
        get;
        set => field = value >= LeastConnections
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(MaxConnections), value, $"At least {LeastConnections} connections are needed: one for a writer, one for readers.");
    } = Environment.ProcessorCount + 1;

    internal SqliteIndexOptions Clone() => (SqliteIndexOptions)MemberwiseClone();
}
