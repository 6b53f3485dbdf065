using Microsoft.Data.Sqlite;

namespace Resift.Sqlite.Storage;

/// <summary>A collection as the file knows it.</summary>
internal sealed record CollectionRow(long Id, string Name, string? Model, int? Dimensions)
{
    /// <summary>Gets the name of its full-text table. The number is ours; no text of a user becomes part of a statement.</summary>
    public string TextTable => $"text_{Id}";

    public static IReadOnlyList<string> Names(SqliteConnection connection)
    {
        using var command = connection.Command("SELECT name FROM collections ORDER BY name");
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    public static CollectionRow? Find(SqliteConnection connection, string name)
    {
        using var command = connection.Command("SELECT id, model, dimensions FROM collections WHERE name = $name", ("$name", name));
        using var reader = command.ExecuteReader();
        return !reader.Read() ? null : new(
            reader.GetInt64(0),
            name,
            reader.IsDBNull(1) ? null : reader.GetString(1),
            reader.IsDBNull(2) ? null : reader.GetInt32(2));
    }

    public static CollectionRow Create(SqliteConnection connection, string name)
    {
        long id = (long)connection.Scalar("INSERT INTO collections(name) VALUES($name) RETURNING id", ("$name", name))!;
        var row = new CollectionRow(id, name, null, null);

        // The texts lie in the table of passages already, so that this one keeps only its index of them.
        connection.Execute($"CREATE VIRTUAL TABLE {row.TextTable} USING fts5(text, content = '', contentless_delete = 1, " +
            "tokenize = 'porter unicode61 remove_diacritics 2')");
        return row;
    }

    public CollectionRow SetModel(SqliteConnection connection, string? model, int dimensions)
    {
        connection.Execute(
            "UPDATE collections SET model = $model, dimensions = $dimensions WHERE id = $id",
            ("$model", model),
            ("$dimensions", dimensions),
            ("$id", Id));
        return this with { Model = model, Dimensions = dimensions };
    }

    public void Delete(SqliteConnection connection)
    {
        foreach (string sql in (string[])
        [
            "DELETE FROM labels WHERE document IN (SELECT id FROM documents WHERE collection = $id)",
            "DELETE FROM vectors WHERE passage IN " +
                "(SELECT p.id FROM passages p JOIN documents d ON d.id = p.document WHERE d.collection = $id)",
            "DELETE FROM passages WHERE document IN (SELECT id FROM documents WHERE collection = $id)",
            "DELETE FROM documents WHERE collection = $id",
            "DELETE FROM blocks WHERE collection = $id",
            "DELETE FROM collections WHERE id = $id",
        ])
        {
            connection.Execute(sql, ("$id", Id));
        }

        connection.Execute($"DROP TABLE {TextTable}");
    }
}
