using Microsoft.Data.Sqlite;
using Resift.Retrieval;

namespace Resift.Sqlite;

/// <summary>A collection as the file knows it.</summary>
/// <param name="Id">Its number in the file.</param>
/// <param name="Name">Its name.</param>
/// <param name="Template">The name of the template that the searched texts were made by.</param>
internal sealed record CollectionRow(long Id, string Name, string Template)
{
    // What cuts texts into the terms that lie in the full-text table. Another analyzer, or a change of this one, needs another name.
    public const string Analyzer = "resift-english-1";

    /// <summary>Gets the name of the model whose vectors it holds; null before the first, or if the model told no name.</summary>
    public string? Model { get; private init; }

    /// <summary>Gets the fingerprint of that model; null before the first vector, or if the model told none.</summary>
    public string? Fingerprint { get; private init; }

    /// <summary>Gets the number of dimensions of its vectors; null before the first.</summary>
    public int? Dimensions { get; private init; }

    /// <summary>Gets how its documents were cut last, in the words of whoever cut them; null if nobody told.</summary>
    public string? Cut { get; private init; }

    /// <summary>Gets the name of its full-text table. The number is ours; no text of a user becomes part of a statement.</summary>
    public string TextTable => TextTableOf(Id);

    public static string TextTableOf(long id) => $"text_{id}";

    /// <summary>Gets the statement that makes a full-text table.</summary>
    /// <remarks>
    /// The texts lie in the table of passages already, so that this one keeps only its index of them. Terms come ready from the analyzer,
    /// with blanks between them: letters, numbers and marks, which are all that is left to tell from a blank.
    /// </remarks>
    public static string TextTableSql(long id) =>
        $"CREATE VIRTUAL TABLE {TextTableOf(id)} USING fts5(heading, text, content = '', contentless_delete = 1, " +
        "tokenize = \"unicode61 remove_diacritics 0 categories 'L* N* Co M*'\")";

    public static IReadOnlyList<string> Names(SqliteConnection connection)
    {
        using var command = connection.Command("SELECT name FROM collections ORDER BY name");
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        byte[] last = [];
        while (reader.Read())
        {
            // In a file with a page below itself the rows come round again without end, and out of order.
            var name = reader.Bytes(0);
            if (name.SequenceCompareTo(last) <= 0)
            {
                throw StorageFailure.Damaged(connection, "its collections are out of order");
            }

            last = name.ToArray();
            names.Add(reader.GetString(0));
        }

        return names;
    }

    public static CollectionRow? Find(SqliteConnection connection, string name)
    {
        using var command = connection.Command(
            "SELECT id, template, model, fingerprint, dimensions, cut, analyzer FROM collections WHERE name = $name", ("$name", name));
        using var reader = command.ExecuteReader();
        if (!reader.Read())
        {
            return null;
        }

        string analyzer = reader.GetString(6);
        return analyzer != Analyzer
            ? throw new InvalidDataException($"The words of the collection '{name}' were cut by the analyzer '{analyzer}'; this version " +
                $"of Resift cuts by '{Analyzer}'. Index anew, or make it new with: resift db upgrade --db FILE.")
            : new(reader.GetInt64(0), name, reader.GetString(1))
            {
                Model = Text(2),
                Fingerprint = Text(3),
                Dimensions = reader.IsDBNull(4) ? null : reader.GetInt32(4),
                Cut = Text(5),
            };

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    public static CollectionRow Create(SqliteConnection connection, string name, string template)
    {
        long id = (long)connection.Scalar(
            "INSERT INTO collections(name, template, analyzer) VALUES($name, $template, $analyzer) RETURNING id",
            ("$name", name),
            ("$template", template),
            ("$analyzer", Analyzer))!;
        var row = new CollectionRow(id, name, template);
        connection.Execute(TextTableSql(id));
        return row;
    }

    /// <summary>Gets what is known of the collection, with the counts of what it holds.</summary>
    public CollectionInfo Info(long documents = 0, long passages = 0) => new()
    {
        Name = Name,
        ModelId = Model,
        ModelFingerprint = Fingerprint,
        Template = Template,
        Cut = Cut,
        Dimensions = Dimensions,
        Documents = documents,
        Passages = passages,
    };

    public void SetModel(SqliteConnection connection, string? model, string? fingerprint, int dimensions) => connection.Execute(
        "UPDATE collections SET model = $model, fingerprint = $fingerprint, dimensions = $dimensions WHERE id = $id",
        ("$model", model),
        ("$fingerprint", fingerprint),
        ("$dimensions", dimensions),
        ("$id", Id));

    public void SetCut(SqliteConnection connection, string cut) =>
        connection.Execute("UPDATE collections SET cut = $cut WHERE id = $id", ("$cut", cut), ("$id", Id));

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
