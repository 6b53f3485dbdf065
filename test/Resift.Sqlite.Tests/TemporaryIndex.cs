using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Resift.Retrieval;
using Resift.Testing;

namespace Resift.Sqlite.Tests;

/// <summary>An index in a folder of its own, which is gone when the test is over.</summary>
internal sealed class TemporaryIndex : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("resift-sqlite-");

    public TemporaryIndex(SqliteIndexOptions? options = null)
    {
        FilePath = Path.Combine(_folder.FullName, "index.db");
        Index = SqliteIndex.Open(FilePath, options);
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public string FilePath { get; }

    public SqliteIndex Index { get; private set; }

    public SqliteCollection Collection => Index.GetCollection();

    public TestEmbeddingGenerator Embedder { get; init; } = new();

    /// <summary>Makes a document of one passage for each text; its hash is that of the texts.</summary>
    public static IndexedDocument Document(string id, params string[] texts) => new(
        id,
        Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(string.Join('|', texts).AsSpan()))),
        () => texts.Select((text, i) => new SearchDocument($"{id}#{i}", text) { Location = new(id, i, text.Length) }));

    public Task<UpsertResult> UpsertAsync(params IndexedDocument[] documents) =>
        Collection.UpsertAsync(documents.ToAsyncEnumerable(), Embedder, cancellationToken: Token);

    public static async Task<string[]> FindAsync(IRetriever retriever, string query, RetrievalOptions? options = null)
    {
        var response = await retriever.RetrieveAsync(query, options, Token);
        return [.. response.Candidates.Select(candidate => candidate.Id)];
    }

    public void Reopen(SqliteIndexOptions? options = null)
    {
        Index.Dispose();
        Index = SqliteIndex.Open(FilePath, options);
    }

    public void Dispose()
    {
        Index.Dispose();
        _folder.Delete(recursive: true);
    }
}
