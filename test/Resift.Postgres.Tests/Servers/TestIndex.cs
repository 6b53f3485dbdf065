using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Npgsql;
using Resift.Retrieval;
using Resift.Testing;

namespace Resift.Postgres.Tests;

/// <summary>An index in a schema of its own, which is gone when the test is over.</summary>
internal sealed class TestIndex(NpgsqlDataSource source, PostgresIndexOptions options, PostgresIndex index) : IAsyncDisposable
{
    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public PostgresIndex Index => index;

    public PostgresIndexOptions Options => options;

    public NpgsqlDataSource Source => source;

    public PostgresCollection Collection { get; init; } = index.GetCollection();

    public TestEmbeddingGenerator Embedder { get; init; } = new();

    /// <summary>Makes a document of one passage for each text; its hash is that of the texts.</summary>
    public static IndexedDocument Document(string id, params string[] texts) => new(
        id,
        Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(string.Join('|', texts).AsSpan()))),
        () => texts.Select((text, i) => new SearchDocument($"{id}#{i}", text) { Location = new(id, i, text.Length) }));

    public static Dictionary<string, string> Metadata(params (string Key, string Value)[] pairs) =>
        pairs.ToDictionary(pair => pair.Key, pair => pair.Value);

    public Task<UpsertResult> UpsertAsync(params IndexedDocument[] documents) =>
        Collection.UpsertAsync(documents.ToAsyncEnumerable(), Embedder, cancellationToken: Token);

    public static async Task<string[]> FindAsync(IRetriever retriever, string query, RetrievalOptions? options = null)
    {
        var response = await retriever.RetrieveAsync(query, options, Token);
        return [.. response.Candidates.Select(candidate => candidate.Id)];
    }

    /// <summary>Looks into the tables whether what belongs together is there together.</summary>
    public async Task CheckAsync()
    {
        var tables = new Tables(options);
        await using var connection = await source.OpenConnectionAsync(Token);
        foreach (string name in await CollectionRow.NamesAsync(connection, tables, Token))
        {
            var row = (await CollectionRow.FindAsync(connection, tables, name, forUpdate: false, Token))!;
            var (documents, passages, terms) = (tables.Documents(row.Id), tables.Passages(row.Id), tables.Terms(row.Id));
            Assert.Empty(await connection.ReadAsync(
                $"""
                SELECT 'documents are counted wrongly' FROM {tables.Collections} c
                    WHERE id = {row.Id} AND documents <> (SELECT count(*) FROM {documents})
                UNION ALL SELECT 'passages are counted wrongly' FROM {tables.Collections} c WHERE id = {row.Id}
                    AND (passages, words) <> (SELECT count(*), coalesce(sum(words), 0) FROM {passages})
                UNION ALL SELECT 'a passage without a document: ' || p.key FROM {passages} p
                    WHERE NOT EXISTS (SELECT FROM {documents} d WHERE d.key = p.document)
                UNION ALL SELECT 'a term is counted wrongly: ' || coalesce(t.term, f.term)
                    FROM (SELECT term, passages FROM {terms} WHERE passages <> 0) t FULL JOIN
                        (SELECT term, count(*) AS passages FROM {passages}, unnest(terms) AS term GROUP BY term) f ON f.term = t.term
                    WHERE t.passages IS DISTINCT FROM f.passages
                """,
                [],
                static reader => reader.GetString(0),
                Token));
        }
    }

    /// <summary>Opens an index in a schema of its own, or skips the test where there is no server.</summary>
    public static async Task<TestIndex> OpenAsync(TestServer server, string schema, string prefix)
    {
        Assert.SkipWhen(server.Missing is not null, server.Missing ?? "");
        var options = new PostgresIndexOptions
        {
            Schema = $"{schema}{Guid.NewGuid():N}"[..Math.Min(63, schema.Length + 20)],
            TablePrefix = prefix,
            UseCopy = server.IsWhole,
        };
        return new(server.Source, options, await PostgresIndex.OpenAsync(server.Source, options, Token));
    }

    public async ValueTask DisposeAsync()
    {
        await using var command = source.CreateCommand($"DROP SCHEMA IF EXISTS {Tables.Quoted(options.Schema)} CASCADE");
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}

internal static class TestServerExtensions
{
    /// <summary>Opens an index under names that have to be quoted.</summary>
    public static Task<TestIndex> OpenAsync(
        this TestServer server, string schema = "an \"odd\" schema; DROP TABLE x --", string prefix = "a\"b$1 ") =>
        TestIndex.OpenAsync(server, schema, prefix);
}
