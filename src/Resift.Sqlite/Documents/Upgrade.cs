using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.AI;
using Resift.Retrieval;

namespace Resift.Sqlite;

/// <summary>Writes what an older file holds into a new one, which then takes its place.</summary>
internal sealed class Upgrade(
    string path,
    Func<CollectionInfo, IEmbeddingGenerator<string, Embedding<float>>> embedder,
    Func<IndexedDocument, IndexedDocument>? revise,
    IProgress<UpsertResult>? progress)
{
    private const int Busy = 5;

    private readonly string _newPath = $"{path}.upgrade";

    /// <returns>False if there was nothing to do.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            using (var old = Open())
            {
                long version = Version(old);
                if (version == Schema.Version && AreCurrent(old))
                {
                    return false;
                }

                // Nobody writes into the old file any more: what came in from now on would be lost.
                old.Execute("BEGIN IMMEDIATE");
                DeleteNew();
                using (var index = SqliteIndex.Open(_newPath))
                {
                    await CopyAsync(old, version, index, cancellationToken).ConfigureAwait(false);
                }

                old.Execute("ROLLBACK");

                // What the old file still has beside it belongs to it, and must not be read into the new one.
                old.Execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE");
            }

            File.Move(_newPath, path, overwrite: true);
            return true;
        }
        catch (SqliteException exception)
        {
            throw exception.SqliteErrorCode != Busy ? StorageFailure.Translate(path, exception)! : new IOException(
                $"'{path}' is in use: wait until whoever indexes into it or searches it is done, and try again. It was left as it is.",
                exception);
        }
        finally
        {
            DeleteNew();
        }
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 1,
        }.ToString());
        connection.Open();
        connection.Execute("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
        return connection;
    }

    private long Version(SqliteConnection old)
    {
        long version = (long)old.Scalar("PRAGMA user_version")!;
        if ((long)old.Scalar("PRAGMA application_id")! != Schema.ApplicationId || version is < 1 or > Schema.Version)
        {
            throw new InvalidDataException($"'{path}' is no Resift index of a format from 1 to {Schema.Version}. It was left as it is.");
        }

        SchemaCheck.ThrowUnlessPlain(old, "collections", "documents", "passages");
        return version;
    }

    private static bool AreCurrent(SqliteConnection old) => (long)old.Scalar(
        "SELECT count(*) FROM collections WHERE analyzer <> $analyzer", ("$analyzer", CollectionRow.Analyzer))! == 0;

    private async Task CopyAsync(SqliteConnection old, long version, SqliteIndex index, CancellationToken cancellationToken)
    {
        foreach (var (id, info) in Collections(old, version))
        {
            if (info.Template != PassageTemplate.TitleAndHeadings.Name)
            {
                throw new InvalidDataException($"The texts of the collection '{info.Name}' of '{path}' were made by the template " +
                    $"'{info.Template}', which only whoever made it knows. It was left as it is: index anew with that template.");
            }

            using var generator = embedder(info);
            var collection = index.GetCollection(info.Name, new() { Cut = info.Cut });
            await collection.UpsertAsync(Documents(old, version, id).ToAsyncEnumerable(), generator, progress, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private static List<(long Id, CollectionInfo Info)> Collections(SqliteConnection old, long version)
    {
        var collections = new List<(long, CollectionInfo)>();
        using var command = old.Command(
            $"SELECT id, name, model, dimensions, {(version >= 2 ? "cut, fingerprint, template" : "NULL, NULL, NULL")}, " +
            "(SELECT count(*) FROM documents d WHERE d.collection = c.id) FROM collections c ORDER BY id");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            collections.Add((reader.GetInt64(0), new()
            {
                Name = reader.GetString(1),
                ModelId = reader.IsDBNull(2) ? null : reader.GetString(2),
                Dimensions = reader.IsDBNull(3) ? null : reader.GetInt32(3),
                Cut = reader.IsDBNull(4) ? null : reader.GetString(4),
                ModelFingerprint = reader.IsDBNull(5) ? null : reader.GetString(5),
                Template = reader.IsDBNull(6) ? PassageTemplate.TitleAndHeadings.Name : reader.GetString(6),
                Documents = reader.GetInt64(7),
                Passages = 0,
            }));
        }

        return collections;
    }

    private IEnumerable<IndexedDocument> Documents(SqliteConnection old, long version, long collection)
    {
        using var command = old.Command(
            "SELECT id, key, hash, metadata FROM documents WHERE collection = $collection ORDER BY id", ("$collection", collection));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            string key = reader.GetString(1);
            var metadata = MetadataJson.Read(reader.GetString(3));
            var passages = Passages(old, version, reader.GetInt64(0), key, metadata);
            var document = new IndexedDocument(key, $"upgraded {reader.GetString(2)}", () => passages) { Metadata = metadata };
            yield return revise is null ? document : revise(document);
        }
    }

    private static List<SearchDocument> Passages(
        SqliteConnection old, long version, long document, string documentKey, Dictionary<string, string> documentMetadata)
    {
        var passages = new List<SearchDocument>();
        using var command = old.Command(
            $"SELECT key, start, length, metadata, text, {(version >= 2 ? "searched" : "NULL")} FROM passages WHERE document = $document " +
            "ORDER BY start, id",
            ("$document", document));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            passages.Add(new(reader.GetString(0), Encoding.UTF8.GetString(reader.Bytes(4)))
            {
                SearchedText = reader.IsDBNull(5) ? null : Encoding.UTF8.GetString(reader.Bytes(5)),
                Location = reader.IsDBNull(1) ? null : new(documentKey, reader.GetInt32(1), reader.GetInt32(2)),
                Metadata = reader.IsDBNull(3)
                    ? documentMetadata
                    : MetadataJson.Merge(documentMetadata, MetadataJson.Read(reader.GetString(3))),
            });
        }

        return passages;
    }

    private void DeleteNew()
    {
        foreach (string file in (string[])[_newPath, $"{_newPath}-wal", $"{_newPath}-shm"])
        {
            File.Delete(file);
        }
    }
}
