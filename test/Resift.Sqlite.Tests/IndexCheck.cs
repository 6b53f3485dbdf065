using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Resift.Sqlite.Tests;

/// <summary>Looks into a file whether everything that belongs together is there together.</summary>
internal static class IndexCheck
{
    public static void Check(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Assert.Equal("ok", connection.Scalar("PRAGMA integrity_check"));
        long passages = (long)connection.Scalar("SELECT count(*) FROM passages")!;
        Assert.Equal(passages, connection.Scalar("SELECT count(*) FROM passages p JOIN vectors v ON v.passage = p.id"));
        Assert.Equal(passages, connection.Scalar("SELECT count(*) FROM vectors"));
        Assert.Equal(passages, connection.Scalar("SELECT count(*) FROM passages p JOIN documents d ON d.id = p.document"));
        Assert.Equal(passages, connection.Scalar("SELECT coalesce(sum(used), 0) FROM blocks"));
        Assert.Equal(0L, connection.Scalar("SELECT count(*) FROM labels WHERE document NOT IN (SELECT id FROM documents)"));
        Assert.Equal(0L, connection.Scalar("SELECT count(*) FROM labels WHERE passage > 0 AND passage NOT IN (SELECT id FROM passages)"));
        Assert.Equal(0L, connection.Scalar("SELECT count(*) FROM documents WHERE collection NOT IN (SELECT id FROM collections)"));
        foreach (string name in CollectionRow.Names(connection))
        {
            CheckTexts(connection, CollectionRow.Find(connection, name)!);
        }

        CheckCodes(connection);
    }

    private static void CheckTexts(SqliteConnection connection, CollectionRow collection)
    {
        // FTS5 throws if its index contradicts itself.
        connection.Execute($"INSERT INTO {collection.TextTable}({collection.TextTable}) VALUES('integrity-check')");
        const string passages = "SELECT p.id FROM passages p JOIN documents d ON d.id = p.document WHERE d.collection = $id";
        string texts = $"SELECT id FROM {collection.TextTable}_docsize";
        Assert.Equal(0L, connection.Scalar($"SELECT count(*) FROM ({passages} EXCEPT {texts})", ("$id", collection.Id)));
        Assert.Equal(0L, connection.Scalar($"SELECT count(*) FROM ({texts} EXCEPT {passages})", ("$id", collection.Id)));
    }

    private static void CheckCodes(SqliteConnection connection)
    {
        using var command = connection.Command("SELECT v.passage, v.vector, b.occupied, b.codes FROM vectors v LEFT JOIN blocks b " +
            $"ON b.id = v.passage / {Block.Slots}");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            long passage = reader.GetInt64(0);
            float[] vector = MemoryMarshal.Cast<byte, float>(reader.Bytes(1)).ToArray();
            byte[] code = new byte[VectorCode.Size(vector.Length)];
            VectorCode.Encode(vector, code);
            Assert.True(Block.IsOccupied(reader.Bytes(2), Block.SlotOf(passage)));
            Assert.Equal(code, reader.Bytes(3).Slice(Block.SlotOf(passage) * code.Length, code.Length));
        }
    }
}
