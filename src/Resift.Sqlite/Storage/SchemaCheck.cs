using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace Resift.Sqlite;

/// <summary>
/// Ensures that a file has the tables of an index and nothing else. A file that somebody else made could have a view, a trigger or a column
/// that computes in the place of a table, and reading it would run that.
/// </summary>
internal static partial class SchemaCheck
{
    // What SQLite's own ANALYZE leaves.
    private const string Statistics = "CREATE TABLE sqlite_stat1(tbl,idx,stat)";

    // The tables in which FTS5 keeps one of ours, as it makes them.
    private static readonly (string Suffix, string Definition)[] _shadows =
    [
        ("data", "id INTEGER PRIMARY KEY, block BLOB)"),
        ("idx", "segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID"),
        ("docsize", "id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER)"),
        ("config", "k PRIMARY KEY, v) WITHOUT ROWID"),
    ];

    /// <summary>Ensures it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="tables">The statements that made the tables and indexes.</param>
    /// <exception cref="InvalidDataException">There is something else, or something is missing.</exception>
    public static void ThrowUnlessMadeBy(SqliteConnection connection, string tables)
    {
        var missing = tables.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(Normalized)
            .ToHashSet(StringComparer.Ordinal);
        using var command = connection.Command("SELECT type, name, sql FROM sqlite_schema");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            string type = reader.GetString(0);
            string name = reader.GetString(1);
            string? sql = reader.IsDBNull(2) ? null : Normalized(reader.GetString(2));
            bool isKnown = sql is null
                ? type == "index" && name.StartsWith("sqlite_autoindex_", StringComparison.Ordinal)
                : missing.Remove(sql) || sql == Statistics || IsOfText(name, sql);
            if (!isKnown)
            {
                throw Foreign(connection, $"the {type} '{name}' is not one of them");
            }
        }

        if (missing.Count > 0)
        {
            throw Foreign(connection, $"it lacks what '{missing.First()}' makes");
        }
    }

    /// <summary>
    /// Ensures no more than that tables are tables, which any format's are: nothing is computed when they are read.
    /// </summary>
    /// <exception cref="InvalidDataException">Something else is in the file.</exception>
    public static void ThrowUnlessPlain(SqliteConnection connection, params ReadOnlySpan<string> tables)
    {
        if (connection.Scalar("SELECT name FROM sqlite_schema WHERE type NOT IN ('table', 'index') LIMIT 1") is string name)
        {
            throw Foreign(connection, $"'{name}' is neither a table nor an index");
        }

        foreach (string table in tables)
        {
            bool isPlain = (long)connection.Scalar(
                "SELECT count(*) FROM sqlite_schema WHERE name = $table AND sql LIKE 'CREATE TABLE %'", ("$table", table))! == 1
                && (long)connection.Scalar("SELECT count(*) FROM pragma_table_xinfo($table) WHERE hidden <> 0", ("$table", table))! == 0;
            if (!isPlain)
            {
                throw Foreign(connection, $"'{table}' is no plain table");
            }
        }
    }

    private static bool IsOfText(string name, string sql)
    {
        var match = TextTableName().Match(name);
        if (!match.Success || !long.TryParse(match.Groups["id"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long id))
        {
            return false;
        }

        string table = CollectionRow.TextTableOf(id);
        return match.Groups["shadow"] is { Success: true, Value: var suffix }
            ? _shadows.Any(shadow => shadow.Suffix == suffix && sql == $"CREATE TABLE '{table}_{suffix}'({shadow.Definition}")
            : sql == Normalized(CollectionRow.TextTableSql(id));
    }

    private static string Normalized(string sql) => WhiteSpace().Replace(sql, " ").Trim();

    private static InvalidDataException Foreign(SqliteConnection connection, string what) => new(
        $"'{connection.DataSource}' does not have the tables of a Resift index: {what}. It is damaged, or another program has changed " +
        "it. It was left as it is; index again into another file.");

    [GeneratedRegex("^text_(?<id>[0-9]+)(_(?<shadow>[a-z]+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex TextTableName();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex WhiteSpace();
}
