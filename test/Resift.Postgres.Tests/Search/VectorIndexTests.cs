using Npgsql;
using Resift.Retrieval;
using static Resift.Postgres.Tests.TestIndex;

namespace Resift.Postgres.Tests.Search;

/// <summary>The index of pgvector: it is used, finds nearly what comparing all finds, and gives as many as are wanted.</summary>
public sealed class VectorIndexTests(VectorServer server, ClusteredIndex clustered) : IClassFixture<ClusteredIndex>
{
    [Fact]
    public async Task Approximate_RecallAtTen_IsAtLeastNinetyFivePercent()
    {
        var index = clustered.Index();
        var exact = index.Collection.CreateDense(index.Embedder, exact: true);
        var approximate = index.Collection.CreateDense(index.Embedder);
        double recall = 0;
        const int queries = 50;
        for (int i = 0; i < queries; i++)
        {
            string[] expected = await FindAsync(exact, $"query {i}", new() { Candidates = 10 });
            string[] found = await FindAsync(approximate, $"query {i}", new() { Candidates = 10 });
            Assert.Equal(10, found.Length);
            recall += expected.Intersect(found).Count() / 10.0 / queries;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"recall@10 {recall:F4}");
        Assert.True(recall >= 0.95, $"recall@10 is {recall:F4}");
    }

    [Theory]
    [InlineData("thousandth=3", 4)]
    [InlineData("thousandth<=2", 12)]
    [InlineData("path=**/30*", 10)]
    public async Task Filter_ThatFewFulfil_GivesAllThatAreWanted(string filter, int wanted)
    {
        var index = clustered.Index();
        var options = new RetrievalOptions { Candidates = wanted, Filter = MetadataFilter.Parse(filter) };
        for (int i = 0; i < 5; i++)
        {
            var response = await index.Collection.CreateDense(index.Embedder).RetrieveAsync($"query {i}", options, Token);
            Assert.Equal(wanted, response.Candidates.Count);
            Assert.All(response.Candidates, hit => Assert.True(options.Filter.Matches(hit.Document.Metadata)));
            var fused = await index.Collection.CreateHybrid(index.Embedder).RetrieveAsync($"query {i} 7", options, Token);
            Assert.All(fused.Candidates, hit => Assert.True(options.Filter.Matches(hit.Document.Metadata)));
        }
    }

    [Fact]
    public async Task MoreThanThereAre_GivesAll()
    {
        var index = clustered.Index();
        var dense = index.Collection.CreateDense(index.Embedder);
        Assert.Equal(
            ClusteredIndex.Passages,
            (await FindAsync(dense, "query 1", new() { Candidates = 2 * ClusteredIndex.Passages })).Distinct().Count());
    }

    [Fact]
    public async Task Statement_OfAnApproximateSearch_UsesTheIndexAndOfAnExactOneDoesNot()
    {
        var index = clustered.Index();
        var tables = new Tables(index.Options);
        await using var connection = await index.Source.OpenConnectionAsync(Token);
        var row = (await CollectionRow.FindAsync(connection, tables, "default", forUpdate: false, Token))!;
        Assert.True(row.HasVectorIndex);
        Assert.True(await UsesIndexAsync(exact: false));
        Assert.False(await UsesIndexAsync(exact: true));

        async Task<bool> UsesIndexAsync(bool exact)
        {
            float[] query = [.. Enumerable.Range(1, ClusteredIndex.Dimensions).Select(value => (float)value)];
            var command = DenseStatement.Create(tables, row, query, new(), exact)[^1];
            await using var batch = new NpgsqlBatch(connection);
            var explained = new NpgsqlBatchCommand($"EXPLAIN {command.CommandText}");
            foreach (NpgsqlParameter parameter in command.Parameters)
            {
                explained.Parameters.Add(parameter.Clone());
            }

            batch.BatchCommands.Add(explained);
            await using var reader = await batch.ExecuteReaderAsync(Token);
            var plan = new List<string>();
            while (await reader.ReadAsync(Token))
            {
                plan.Add(reader.GetString(0));
            }

            return plan.Exists(line => line.Contains("_hnsw", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task ExtensionThatComesLater_IndexIsMadeByTheNextUpsert()
    {
        await using var index = await server.OpenAsync();
        await index.UpsertAsync(Document("a", "the cat sat"));
        var tables = new Tables(index.Options);
        await using (var connection = await index.Source.OpenConnectionAsync(Token))
        {
            await connection.ExecuteAsync($"DROP INDEX {tables.Schema}.{tables.PassageIndex(1, "hnsw")}", [], Token);
            Assert.True((await CollectionRow.FindAsync(connection, tables, "default", forUpdate: false, Token))!.LacksVectorIndex);
        }

        Assert.Equal(["a#0"], await FindAsync(index.Index.GetCollection().CreateDense(index.Embedder), "cat"));
        await index.UpsertAsync(Document("b", "dogs bark"));
        await using (var connection = await index.Source.OpenConnectionAsync(Token))
        {
            Assert.True((await CollectionRow.FindAsync(connection, tables, "default", forUpdate: false, Token))!.HasVectorIndex);
        }
    }
}
