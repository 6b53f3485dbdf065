using Npgsql;
using Resift.Retrieval;

namespace Resift.Postgres;

/// <summary>
/// A search by words as one statement: BM25 as FTS5 of SQLite computes it, so that a collection orders the same wherever it lies. How many
/// passages have a term is counted when they are written, so that a filter makes a search cheaper and changes no score.
/// </summary>
internal static class LexicalStatement
{
    public const string Retriever = "bm25";

    // How fast further occurrences of a term lose their worth, and how much length counts.
    private const string K1 = "1.2";
    private const string B = "0.75";

    // The worth of a term that more than half of the passages have, which the formula would make negative.
    private const string LeastWorth = "1e-6";

    /// <summary>Creates the statement, whose rows are passages with their scores.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="row">The collection.</param>
    /// <param name="terms">The terms of the query.</param>
    /// <param name="options">How many are wanted, and of which.</param>
    public static NpgsqlBatchCommand Create(Tables tables, CollectionRow row, string[] terms, RetrievalOptions options)
    {
        var statement = new Statement();
        string wanted = statement.Value(terms);
        statement.Add(
            $"""
            WITH facts AS MATERIALIZED (
                SELECT passages::float8 AS passages, words::float8 / greatest(passages, 1) AS average
                FROM {tables.Collections} WHERE id = {row.Id}),
            asked AS MATERIALIZED (
                SELECT t.term, greatest(ln((f.passages - t.passages + 0.5) / (t.passages + 0.5)), {LeastWorth}) AS worth
                FROM {tables.Terms(row.Id)} t, facts f WHERE t.term = ANY({wanted}) AND t.passages > 0),
            best AS MATERIALIZED (
                SELECT p.id, (
                    SELECT sum(a.worth * c.count * ({K1} + 1) / (c.count + {K1} * (1 - {B} + {B} * p.words / f.average)))
                    FROM asked a, LATERAL (SELECT p.counts[array_position(p.terms, a.term)]::float8 AS count) c
                    WHERE c.count IS NOT NULL) AS score
                FROM {tables.Passages(row.Id)} p, facts f WHERE p.terms && {wanted}
            """).AddConditions(options.Filter);
        statement.Add(
            $"""
             ORDER BY score DESC NULLS LAST, p.id LIMIT {statement.Value(options.Candidates)})
            SELECT {StoredPassage.Columns}, best.score
            FROM best JOIN {tables.Passages(row.Id)} USING (id) ORDER BY best.score DESC, id
            """);
        return statement.ToBatchCommand();
    }
}
