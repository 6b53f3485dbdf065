using Resift.Retrieval;
using Resift.Sqlite;
using static Resift.Postgres.Tests.TestIndex;

namespace Resift.Postgres.Tests.Search;

public sealed class PlainSearchTests(PostgresServer server) : SearchTests(server);

public sealed class VectorSearchTests(VectorServer server) : SearchTests(server);

/// <summary>A collection orders the same in a database as in a file.</summary>
public abstract class SearchTests(TestServer server)
{
    private static readonly string[] _queries =
    [
        "cat mat", "the dog", "title of animals", "number 7", "getHTTPResponse", "OR AND NOT", "\"'); DROP TABLE x; --", "\0nul", "😀",
        "% _ $1 \\",
    ];

    private static readonly MetadataFilter?[] _filters =
        [null, MetadataFilter.Parse("third=1"), MetadataFilter.Parse("third!=1", "year>=2010")];

    [Fact]
    public async Task EveryRetriever_GivesTheSameAsAnIndexFile()
    {
        await using var index = await server.OpenAsync();
        var folder = Directory.CreateTempSubdirectory("resift-same-");
        try
        {
            using var file = SqliteIndex.Open(Path.Combine(folder.FullName, "same.db"));
            var documents = Animals();
            await index.UpsertAsync([.. documents]);
            await file.GetCollection().UpsertAsync(documents.ToAsyncEnumerable(), index.Embedder, cancellationToken: Token);
            var theirs = file.GetCollection();
            foreach (string query in _queries)
            {
                foreach (var filter in _filters)
                {
                    var options = new RetrievalOptions { Candidates = 25, Filter = filter };
                    await AssertSameAsync(theirs.Lexical, index.Collection.Lexical, query, options);
                    await AssertSameAsync(
                        theirs.CreateDense(index.Embedder), index.Collection.CreateDense(index.Embedder, exact: true), query, options);
                    await AssertSameAsync(
                        new HybridRetriever([theirs.Lexical, theirs.CreateDense(index.Embedder)], FusionOptions.LexicalAndDense),
                        index.Collection.CreateHybrid(index.Embedder, exact: true),
                        query,
                        options);
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Hybrid_OfOneMessage_SaysWhatBothHalvesSaid()
    {
        await using var index = await server.OpenAsync();
        await index.UpsertAsync([.. Animals()]);
        var response = await index.Collection.CreateHybrid(index.Embedder).RetrieveAsync("cat mat", new() { Candidates = 5 }, Token);
        Assert.Equal(5, response.Candidates.Count);
        Assert.Equal(["bm25", "dense", "fused"], response.Candidates[0].Stages.Select(stage => stage.Stage));
        Assert.Equal(64, response.QueryEmbedding.Length);
        Assert.Equal(2, response.Usage?.InputTokenCount);
        Assert.All(response.Candidates, candidate => Assert.Equal(64, candidate.Embedding.Length));
    }

    [Fact]
    public async Task Hybrid_EmbedderFails_WordsAnswerAndSaySo()
    {
        await using var index = await server.OpenAsync();
        await index.UpsertAsync(Document("a", "the cat sat"));
        using var failing = new Testing.TestEmbeddingGenerator
        {
            GenerateAsyncCallback = (_, _, _) => throw new HttpRequestException("The service is away."),
        };
        var response = await index.Collection.CreateHybrid(failing).RetrieveAsync("cat", null, Token);
        Assert.Equal("a#0", Assert.Single(response.Candidates).Id);
        Assert.Contains("The service is away.", response.DegradedReason, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => index.Collection.CreateHybrid(failing, new() { Weights = [1] }));
    }

    [Fact]
    public async Task EmptyCollection_EveryRetriever_FindsNothing()
    {
        await using var index = await server.OpenAsync();
        foreach (var retriever in Retrievers(index))
        {
            Assert.Empty(await FindAsync(retriever, "cat"));
            await Assert.ThrowsAsync<ArgumentException>(() => retriever.RetrieveAsync(" ", null, Token));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => retriever.RetrieveAsync("cat", null, new(canceled: true)));
        }
    }

    [Fact]
    public async Task VectorWithoutDirection_HasTheCosineZero()
    {
        await using var index = await server.OpenAsync();
        await index.UpsertAsync(Document("none", "…"), Document("cat", "cat"));
        foreach (bool exact in (bool[])[true, false])
        {
            var dense = index.Collection.CreateDense(index.Embedder, exact);
            var found = (await dense.RetrieveAsync("cat", null, Token)).Candidates;
            Assert.Equal([("cat#0", 1.0), ("none#0", 0.0)], found.Select(hit => (hit.Id, Math.Round(hit.Score, 6))));
            Assert.All((await dense.RetrieveAsync("…", null, Token)).Candidates, hit => Assert.Equal(0, hit.Score));
        }
    }

    private static IEnumerable<IRetriever> Retrievers(TestIndex index) =>
    [
        index.Collection.Lexical, index.Collection.CreateDense(index.Embedder), index.Collection.CreateHybrid(index.Embedder),
    ];

    private static IndexedDocument[] Animals()
    {
        string[] words = ["cat", "dog", "mat", "sat", "number", "getHTTPResponse", "animals", "the", "😀", "DROP", "table", "nul"];
        return
        [
            .. Enumerable.Range(0, 120).Select(i => new IndexedDocument($"d{i}", "1", () => Enumerable.Range(0, 2).Select(part =>
                new SearchDocument($"d{i}#{part}", string.Join(' ', Enumerable.Range(0, 3 + (i * 7 % 11))
                    .Select(j => words[(i * (j + 3) + part + j * j) % words.Length]).Append($"{i % 10}")))
                {
                    Location = new($"d{i}", part, 1),
                }))
            {
                Metadata = Metadata(("third", $"{i % 3}"), ("year", $"{2000 + i % 25}"), ("title", $"title {i % 5} of {words[i % 7]}")),
            }),
        ];
    }

    // What has one score may come in any order, and of the last score not all may be there.
    private static async Task AssertSameAsync(IRetriever theirs, IRetriever ours, string query, RetrievalOptions options)
    {
        var expected = (await theirs.RetrieveAsync(query, options, Token)).Candidates;
        var found = (await ours.RetrieveAsync(query, options, Token)).Candidates;
        Assert.Equal(expected.Count, found.Count);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-4));
        double last = expected.Select(hit => hit.Score).LastOrDefault() + 1e-4;
        Assert.Equal(
            expected.Where(hit => hit.Score > last).Select(hit => hit.Id).Order(),
            found.Where(hit => hit.Score > last).Select(hit => hit.Id).Order());
    }
}
