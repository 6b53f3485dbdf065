namespace Resift.Postgres;

/// <summary>
/// The names of an index's tables, quoted. What users choose becomes part of a statement only here; what tells the tables of collections
/// apart is a number of ours.
/// </summary>
internal sealed class Tables(PostgresIndexOptions options)
{
    public string Schema { get; } = Quoted(options.Schema);

    /// <summary>Gets the schema's name as it is, to be compared with.</summary>
    public string SchemaName => options.Schema;

    public string Collections => In("collections");

    public string Documents(long id) => In($"documents_{id}");

    public string Passages(long id) => In($"passages_{id}");

    public string Terms(long id) => In($"terms_{id}");

    /// <summary>Gets the name of an index of the table of passages, without its schema, as a statement that makes it wants it.</summary>
    public string PassageIndex(long id, string what) => Quoted(PassageIndexPrefix + $"{id}_{what}");

    /// <summary>Gets what the names of those indexes begin with, to be compared with.</summary>
    public string PassageIndexPrefix => $"{options.TablePrefix}passages_";

    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private string In(string table) => $"{Schema}.{Quoted(options.TablePrefix + table)}";
}
