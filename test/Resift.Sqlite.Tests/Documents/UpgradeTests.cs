using Microsoft.Data.Sqlite;
using Resift.Retrieval;
using Resift.Testing;
using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests.Documents;

/// <summary>Files of the first format, written here as that version wrote them.</summary>
public sealed class UpgradeTests
{
    [Fact]
    public void Open_OldFormat_SaysWhatItIsAndWhatToDo()
    {
        using var folder = new OldIndex();
        var error = Assert.Throws<InvalidDataException>(() => SqliteIndex.Open(folder.FilePath, new() { ReadOnly = true }));
        Assert.Contains("format 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("resift db upgrade", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UpgradeAsync_OldFormat_KeepsTextsAndFindsByTitleAndHeading()
    {
        using var folder = new OldIndex();
        using var embedder = new TestEmbeddingGenerator();
        var asked = new List<CollectionInfo>();
        Assert.True(await SqliteIndex.UpgradeAsync(
            folder.FilePath,
            collection =>
            {
                asked.Add(collection);
                return embedder;
            },
            document => document with
            {
                Id = $"docs/{document.Id}",
                Passages = () => document.Passages().Select(passage =>
                passage with { Id = $"docs/{passage.Id}", Location = passage.Location! with { DocumentId = $"docs/{document.Id}" } })
            },
            cancellationToken: Token));
        Assert.Equal(("default", "word-hash", 64, 1), (asked[0].Name, asked[0].ModelId, asked[0].Dimensions, asked[0].Documents));

        using var index = SqliteIndex.Open(folder.FilePath, new() { ReadOnly = true });
        var collection = index.GetCollection();
        Assert.Equal((1, 2), (collection.GetInfo().Documents, collection.GetInfo().Passages));
        var found = Assert.Single((await collection.Lexical.RetrieveAsync("sessions", null, Token)).Candidates);
        Assert.Equal(("docs/a.md#1", "docs/a.md", "share the data"), (found.Id, found.Document.DocumentId, found.Text));
        Assert.Equal(("Guide", "Sessions"), (found.Document.Metadata["title"], found.Document.Metadata["heading"]));
        Assert.Equal(20, found.Document.Location!.Start);
        Assert.Equal(1, embedder.Disposals);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(folder.FilePath)!, "*.upgrade*"));
    }

    [Fact]
    public async Task UpgradeAsync_CurrentFormat_DoesNothing()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "the cat sat"));
        index.Index.Dispose();
        Assert.False(await SqliteIndex.UpgradeAsync(
            index.FilePath, _ => throw new InvalidOperationException(), cancellationToken: Token));
    }

    [Fact]
    public async Task UpgradeAsync_EmbedderFails_LeavesTheOldFile()
    {
        using var folder = new OldIndex();
        byte[] before = await File.ReadAllBytesAsync(folder.FilePath, Token);
        await Assert.ThrowsAsync<RerankerException>(() => SqliteIndex.UpgradeAsync(
            folder.FilePath,
            _ => new TestEmbeddingGenerator { GenerateAsyncCallback = (_, _, _) => throw new RerankerException("no") },
            cancellationToken: Token));
        Assert.Equal(before, await File.ReadAllBytesAsync(folder.FilePath, Token));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(folder.FilePath)!, "*.upgrade*"));
    }

    [Fact]
    public async Task UpgradeAsync_AnotherWriter_IsRefusedAndLeavesTheOldFile()
    {
        using var folder = new OldIndex();
        using var writer = new SqliteConnection($"Data Source={folder.FilePath};Pooling=False");
        writer.Open();
        using var command = writer.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();
        var error = await Assert.ThrowsAsync<IOException>(() => SqliteIndex.UpgradeAsync(
            folder.FilePath, _ => new TestEmbeddingGenerator(), cancellationToken: Token));
        Assert.Contains("in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UpgradeAsync_SomethingElse_IsRefused()
    {
        using var folder = new OldIndex();
        await Assert.ThrowsAsync<FileNotFoundException>(() => SqliteIndex.UpgradeAsync(
            folder.FilePath + ".not", _ => new TestEmbeddingGenerator(), cancellationToken: Token));
        string text = folder.FilePath + ".txt";
        await File.WriteAllTextAsync(text, new string('x', 5000), Token);
        await Assert.ThrowsAsync<InvalidDataException>(() => SqliteIndex.UpgradeAsync(
            text, _ => new TestEmbeddingGenerator(), cancellationToken: Token));
    }

    private sealed class OldIndex : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("resift-old-");

        public OldIndex()
        {
            FilePath = Path.Combine(_folder.FullName, "index.db");
            using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = """
                PRAGMA journal_mode = WAL;
                CREATE TABLE collections(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, model TEXT, dimensions INTEGER) STRICT;
                CREATE TABLE documents(id INTEGER PRIMARY KEY, collection INTEGER NOT NULL, key TEXT NOT NULL, hash TEXT NOT NULL,
                    metadata TEXT NOT NULL, UNIQUE(collection, key)) STRICT;
                CREATE TABLE passages(id INTEGER PRIMARY KEY, document INTEGER NOT NULL, key TEXT NOT NULL, start INTEGER, length INTEGER,
                    metadata TEXT, text TEXT NOT NULL) STRICT;
                CREATE TABLE vectors(passage INTEGER PRIMARY KEY, vector BLOB NOT NULL) STRICT;
                CREATE TABLE blocks(id INTEGER PRIMARY KEY, collection INTEGER NOT NULL, used INTEGER NOT NULL, occupied BLOB NOT NULL,
                    codes BLOB NOT NULL) STRICT;
                CREATE TABLE labels(label BLOB NOT NULL, document INTEGER NOT NULL, passage INTEGER NOT NULL,
                    PRIMARY KEY(label, document, passage)) STRICT, WITHOUT ROWID;
                INSERT INTO collections VALUES(1, 'default', 'word-hash', 64);
                INSERT INTO documents VALUES(1, 1, 'a.md', 'hash', '{"title":"Guide"}');
                INSERT INTO passages VALUES(1, 1, 'a.md#0', 0, 9, NULL, 'the start');
                INSERT INTO passages VALUES(2, 1, 'a.md#1', 20, 14, '{"heading":"Sessions"}', 'share the data');
                PRAGMA application_id = 1381189204;
                PRAGMA user_version = 1;
                """;
            command.ExecuteNonQuery();
        }

        public string FilePath { get; }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
