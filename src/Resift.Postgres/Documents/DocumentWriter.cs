using Npgsql;
using NpgsqlTypes;
using Resift.Retrieval;

namespace Resift.Postgres;

/// <summary>
/// Writes and deletes documents with everything that belongs to them, within one transaction that has the collection's row locked: so
/// nobody else counts in it, and no two transactions wait for each other.
/// </summary>
internal sealed class DocumentWriter(NpgsqlConnection connection, Database database, CollectionRow collection)
{
    private readonly Tables _tables = database.Tables;
    private readonly long _id = collection.Id;

    /// <summary>Puts documents in the places of those of the same ids.</summary>
    /// <returns>How many of these there were.</returns>
    public async Task<int> WriteAsync(
        IReadOnlyCollection<PendingDocument> documents, PassageTemplate template, CancellationToken cancellationToken)
    {
        int replaced = await DeleteAsync([.. documents.Select(document => document.Document.Id)], cancellationToken).ConfigureAwait(false);
        await WriteRowsAsync(
            _tables.Documents(_id),
            [
                ("key", NpgsqlDbType.Text), ("hash", NpgsqlDbType.Text), ("metadata", NpgsqlDbType.Jsonb), ("bounds", NpgsqlDbType.Jsonb),
            ],
            documents.Select(RowOf),
            cancellationToken).ConfigureAwait(false);
        var passages = documents.SelectMany(
            document => document.Passages, (document, passage) => (document.Document.Id, passage.Passage, passage.Vector)).ToArray();
        var terms = passages.Select(item => PassageTerms.Of(
            StorableText.Of(template.PrefixOf(item.Passage)), item.Passage.SearchedText ?? item.Passage.Text)).ToArray();
        await WriteRowsAsync(
            _tables.Passages(_id),
            [
                ("document", NpgsqlDbType.Text), ("key", NpgsqlDbType.Text), ("start", NpgsqlDbType.Integer),
                ("length", NpgsqlDbType.Integer), ("text", NpgsqlDbType.Text), ("searched", NpgsqlDbType.Text),
                ("metadata", NpgsqlDbType.Jsonb), ("bounds", NpgsqlDbType.Jsonb), ("terms", NpgsqlDbType.Array | NpgsqlDbType.Text),
                ("counts", NpgsqlDbType.Array | NpgsqlDbType.Integer), ("words", NpgsqlDbType.Integer),
                ("vector", NpgsqlDbType.Array | NpgsqlDbType.Real), ("norm", NpgsqlDbType.Double),
            ],
            passages.Select((item, i) => RowOf(item.Id, item.Passage, item.Vector, terms[i])),
            cancellationToken).ConfigureAwait(false);
        await CountTermsAsync(terms, cancellationToken).ConfigureAwait(false);
        await CountAsync(documents.Count, passages.Length, terms.Sum(item => (long)item.Words), cancellationToken).ConfigureAwait(false);
        return replaced;
    }

    /// <summary>Deletes documents with all that belongs to them.</summary>
    /// <returns>How many were there.</returns>
    public async Task<int> DeleteAsync(string[] ids, CancellationToken cancellationToken)
    {
        int documents = await connection.ExecuteAsync(
            $"DELETE FROM {_tables.Documents(_id)} WHERE key = ANY($1)", [ids], cancellationToken).ConfigureAwait(false);
        if (documents == 0)
        {
            return 0;
        }

        var (passages, words) = (await connection.ReadAsync(
            $"""
            WITH gone AS (DELETE FROM {_tables.Passages(_id)} WHERE document = ANY($1) RETURNING terms, words),
            fewer AS (
                UPDATE {_tables.Terms(_id)} t SET passages = t.passages - g.passages
                FROM (SELECT term, count(*) AS passages FROM gone, unnest(gone.terms) AS term GROUP BY term) g WHERE t.term = g.term)
            SELECT count(*), coalesce(sum(words), 0)::bigint FROM gone
            """,
            [ids],
            static reader => (reader.GetInt64(0), reader.GetInt64(1)),
            cancellationToken).ConfigureAwait(false))[0];
        await CountAsync(-documents, -passages, -words, cancellationToken).ConfigureAwait(false);
        return documents;
    }

    private static object?[] RowOf(PendingDocument pending) =>
        [pending.Document.Id, pending.Document.ContentHash, pending.Metadata, MetadataBounds.Write(pending.Document.Metadata)];

    private static object?[] RowOf(string document, SearchDocument passage, ReadOnlyMemory<float> vector, PassageTerms terms) =>
    [
        document,
        passage.Id,
        passage.Location?.Start,
        passage.Location?.Length,
        passage.Text,
        passage.SearchedText == passage.Text ? null : passage.SearchedText,
        MetadataJson.Write(passage.Metadata),
        MetadataBounds.Write(passage.Metadata),
        terms.Terms,
        terms.Counts,
        terms.Words,
        vector.ToArray(),
        VectorNorm.Of(vector.Span),
    ];

    private Task WriteRowsAsync(
        string table, (string Name, NpgsqlDbType Type)[] columns, IEnumerable<object?[]> rows, CancellationToken cancellationToken)
    {
        var writer = new BulkWriter(connection, table, columns);
        return database.UseCopy ? writer.CopyAsync(rows, cancellationToken) : writer.InsertAsync(rows, cancellationToken);
    }

    private async Task CountTermsAsync(IEnumerable<PassageTerms> passages, CancellationToken cancellationToken)
    {
        var counts = passages.SelectMany(passage => passage.Terms).CountBy(term => term, StringComparer.Ordinal).ToArray();
        if (counts is not [])
        {
            await connection.ExecuteAsync(
                $"INSERT INTO {_tables.Terms(_id)} AS t SELECT * FROM unnest($1, $2) " +
                "ON CONFLICT (term) DO UPDATE SET passages = t.passages + excluded.passages",
                [counts.Select(pair => pair.Key).ToArray(), counts.Select(pair => (long)pair.Value).ToArray()],
                cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<int> CountAsync(long documents, long passages, long words, CancellationToken cancellationToken) => connection.ExecuteAsync(
        $"UPDATE {_tables.Collections} SET documents = documents + $1, passages = passages + $2, words = words + $3 WHERE id = $4",
        [documents, passages, words, _id],
        cancellationToken);
}
