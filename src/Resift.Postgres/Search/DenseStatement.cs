using Npgsql;
using Resift.Retrieval;

namespace Resift.Postgres;

/// <summary>A search by the cosine of embeddings as statements.</summary>
internal static class DenseStatement
{
    public const string Retriever = "dense";

    // How many neighbours the walk through the index keeps: more find more, and take longer.
    private const int LeastWidth = 100;
    private const int MostWidth = 1000;

    /// <summary>Creates the search, with what has to be set before it, for its transaction only.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="row">The collection.</param>
    /// <param name="query">The query's embedding.</param>
    /// <param name="options">How many are wanted, and of which.</param>
    /// <param name="exact">Whether every passage is compared, even where there is an index that finds the nearest sooner.</param>
    /// <returns>Statements of which the last one gives passages with their cosines; none if the collection has no vectors.</returns>
    /// <exception cref="InvalidOperationException">The query was embedded by another model.</exception>
    public static NpgsqlBatchCommand[] Create(
        Tables tables, CollectionRow row, ReadOnlyMemory<float> query, RetrievalOptions options, bool exact)
    {
        if (row.Info.Dimensions is not { } dimensions)
        {
            return [];
        }

        if (dimensions != query.Length)
        {
            // What was known of the collection when the query was embedded does not hold any more.
            throw new InvalidOperationException($"The collection '{row.Info.Name}' has vectors of {dimensions} numbers, but that of the " +
                $"query has {query.Length}: it was deleted and embedded by another model. Search it with that model.");
        }

        double norm = VectorNorm.Of(query.Span);

        // A vector without a direction is in no index, and as near to every other.
        return exact || !row.HasVectorIndex || norm == 0
            ? [CreateExact(tables, row, query, norm, options)]
            : [CreateSettings(row, options), CreateApproximate(tables, row, query, options)];
    }

    private static NpgsqlBatchCommand CreateSettings(CollectionRow row, RetrievalOptions options)
    {
        var statement = new Statement();
        string width = statement.Value($"{Math.Clamp(2 * (long)options.Candidates, LeastWidth, MostWidth)}");
        statement.Add($"SELECT set_config('hnsw.ef_search', {width}, TRUE)");
        if (row.Vectors!.IsIterative)
        {
            statement.Add(", set_config('hnsw.iterative_scan', 'relaxed_order', TRUE)");
        }

        return statement.ToBatchCommand();
    }

    private static NpgsqlBatchCommand CreateExact(
        Tables tables, CollectionRow row, ReadOnlyMemory<float> query, double norm, RetrievalOptions options)
    {
        var statement = new Statement();
        string wanted = statement.Value(query.ToArray());
        string count = statement.Value(options.Candidates);
        statement.Add("WITH found AS MATERIALIZED (");
        AddExact(statement, tables, row, wanted, norm, count, options);
        statement.Add($") {PassagesFound(tables, row)}");
        return statement.ToBatchCommand();
    }

    // Where filter and width leave fewer than are wanted, the others are found by comparing all; otherwise that part does not run.
    private static NpgsqlBatchCommand CreateApproximate(
        Tables tables, CollectionRow row, ReadOnlyMemory<float> query, RetrievalOptions options)
    {
        var statement = new Statement();
        string wanted = statement.Value(query.ToArray());
        string count = statement.Value(options.Candidates);
        string distance = Distance(row, wanted);
        statement.Add(
            $"""
            WITH near AS MATERIALIZED (
                SELECT p.id, {distance} AS distance FROM {tables.Passages(row.Id)} p WHERE TRUE
            """).AddConditions(options.Filter);
        statement.Add($" ORDER BY {distance} LIMIT {count}), every AS MATERIALIZED (");
        AddExact(statement, tables, row, wanted, norm: 1, count, options, $" AND (SELECT count(*) FROM near) < {count}");
        statement.Add(
            $"""
            ),
            found AS (SELECT * FROM near WHERE (SELECT count(*) FROM near) >= {count} UNION ALL SELECT * FROM every)
            {PassagesFound(tables, row)}
            """);
        return statement.ToBatchCommand();
    }

    private static string PassagesFound(Tables tables, CollectionRow row) =>
        $"SELECT {StoredPassage.Columns}, 1 - found.distance FROM found JOIN {tables.Passages(row.Id)} USING (id) " +
        "ORDER BY found.distance, id";

    private static void AddExact(
        Statement statement,
        Tables tables,
        CollectionRow row,
        string wanted,
        double norm,
        string count,
        RetrievalOptions options,
        string condition = "")
    {
        // What has no direction has the cosine 0. It also keeps the planner from using the index, whose order is by the bare distance.
        string distance = norm == 0 ? "1::float8" : row.Vectors is not null
            ? $"CASE WHEN p.norm = 0 THEN 1 ELSE {Distance(row, wanted)} END"
            : "CASE WHEN p.norm = 0 THEN 1 ELSE " +
                $"1 - (SELECT sum(a::float8 * b) FROM unnest(p.vector, {wanted}) AS t(a, b)) / (p.norm * {statement.Value(norm)}) END";
        statement.Add($"SELECT p.id, {distance} AS distance FROM {tables.Passages(row.Id)} p WHERE TRUE{condition}")
            .AddConditions(options.Filter);
        statement.Add($" ORDER BY distance, p.id LIMIT {count}");
    }

    private static string Distance(CollectionRow row, string wanted)
    {
        int dimensions = row.Info.Dimensions!.Value;
        return row.Vectors!.Distance($"({row.Vectors.Cast("p.vector", dimensions)})", $"({row.Vectors.Cast(wanted, dimensions)})");
    }
}
