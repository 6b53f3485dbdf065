using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Data.Sqlite;
using Resift.Retrieval;

namespace Resift.Sqlite;

/// <summary>Reads passages back: their text, where they stand, their metadata and their vector.</summary>
internal sealed class StoredPassages(SqliteConnection connection) : IDisposable
{
    private readonly PreparedCommand _read = new(
        connection,
        "SELECT p.key, d.key, p.start, p.length, d.metadata, p.metadata, p.text, p.searched, v.vector, c.dimensions " +
        "FROM passages p JOIN documents d ON d.id = p.document JOIN collections c ON c.id = d.collection " +
        "JOIN vectors v ON v.passage = p.id WHERE p.id = $id",
        "$id");

    /// <summary>Gets the vectors of a document's passages by the texts that were embedded.</summary>
    public static Dictionary<string, ReadOnlyMemory<float>> VectorsByText(
        SqliteConnection connection, long document, PassageTemplate template)
    {
        using var command = connection.Command("SELECT id FROM passages WHERE document = $document", ("$document", document));
        using var reader = command.ExecuteReader();
        using var passages = new StoredPassages(connection);
        var vectors = new Dictionary<string, ReadOnlyMemory<float>>(StringComparer.Ordinal);
        while (reader.Read())
        {
            var passage = passages.Read(reader.GetInt64(0), score: 0);
            vectors[template.TextOf(passage.Document)] = passage.Embedding;
        }

        return vectors;
    }

    public Candidate Read(long id, double score)
    {
        using var reader = _read.Read(id);
        if (!reader.Read())
        {
            throw StorageFailure.Damaged(connection, $"passage {id} is in the search structures, but its document or vector is not");
        }

        string key = reader.GetString(0);
        var documentMetadata = MetadataJson.Read(reader.GetString(4));
        var document = new SearchDocument(key, Encoding.UTF8.GetString(reader.Bytes(6)))
        {
            SearchedText = reader.IsDBNull(7) ? null : Encoding.UTF8.GetString(reader.Bytes(7)),
            Location = reader.IsDBNull(2) ? null : Location(id, reader),
            Metadata = reader.IsDBNull(5)
                ? documentMetadata
                : MetadataJson.Merge(documentMetadata, MetadataJson.Read(reader.GetString(5))),
        };
        return new(document, score) { Embedding = Vector(connection, id, reader.Bytes(8), reader.GetInt32(9)) };
    }

    /// <summary>Gets the numbers of a passage's vector.</summary>
    public static float[] Vector(SqliteConnection connection, long passage, ReadOnlySpan<byte> bytes, int dimensions) =>
        bytes.Length == (long)dimensions * sizeof(float)
            ? MemoryMarshal.Cast<byte, float>(bytes).ToArray()
            : throw StorageFailure.Damaged(
                connection, $"the vector of passage {passage} has {bytes.Length} bytes, but {dimensions} dimensions were expected");

    public void Dispose() => _read.Dispose();

    private PassageLocation Location(long passage, SqliteDataReader reader)
    {
        int start = reader.GetInt32(2);
        int length = reader.GetInt32(3);
        return start >= 0 && length >= 0
            ? new(reader.GetString(1), start, length)
            : throw StorageFailure.Damaged(connection, $"passage {passage} begins at {start} and has {length} characters");
    }
}
