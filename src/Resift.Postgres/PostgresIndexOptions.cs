using System.Text;

namespace Resift.Postgres;

/// <summary>
/// Provides the options of an index in a database. <see cref="PostgresIndex.OpenAsync"/> copies them: later changes have no effect.
/// </summary>
public sealed class PostgresIndexOptions
{
    // What PostgreSQL keeps of a name; it cuts longer ones without a word, so that two could become one.
    private const int LongestName = 63;

    // The longest of our own names, which stands behind the prefix: of an index of the table of passages, with a number of 64 bits.
    private const int LongestOwnName = 40;

    /// <summary>Gets or sets the schema that the tables lie in; <c>resift</c> unless set. It is made if it is not there.</summary>
    /// <exception cref="ArgumentException">The name is blank, has a NUL, or has more than 63 bytes.</exception>
    public string Schema
    {
        get;
        set => field = Checked(value, LongestName, nameof(Schema));
    } = "resift";

    /// <summary>
    /// Gets or sets what the names of the tables begin with, so that several indexes fit into one schema; empty unless set.
    /// </summary>
    /// <exception cref="ArgumentException">It has a NUL, or more than 23 bytes.</exception>
    public string TablePrefix
    {
        get;
        set => field = value is "" ? "" : Checked(value, LongestName - LongestOwnName, nameof(TablePrefix));
    } = "";

    /// <summary>
    /// Gets or sets a value indicating whether the index is only searched: its tables must be there, and nothing in them is changed.
    /// </summary>
    public bool ReadOnly { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether passages are written by <c>COPY</c>, which is the fastest way; true unless set. For what
    /// stands in for a server and knows no <c>COPY FROM STDIN</c>, such as PGlite, they are inserted by statements of one batch.
    /// </summary>
    public bool UseCopy { get; set; } = true;

    internal PostgresIndexOptions Clone() => (PostgresIndexOptions)MemberwiseClone();

    private static string Checked(string? name, int longest, string property)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name, property);
        return !name.Contains('\0') && Encoding.UTF8.GetByteCount(name) is var bytes && bytes <= longest
            ? name
            : throw new ArgumentException($"The name '{name.Replace('\0', '?')}' has a NUL or more than {longest} bytes in UTF-8, and " +
                "PostgreSQL would not keep it as it is. Choose a shorter one.", property);
    }
}
