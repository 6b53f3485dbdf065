using Resift.Evaluation;
using Resift.Retrieval;
using Resift.Sqlite;
using Resift.Testing;
using static Resift.Postgres.Tests.TestIndex;

namespace Resift.Postgres.Tests.Quality;

/// <summary>What a database finds is as good as what an index file finds: nDCG@10 of words, of meaning and of both.</summary>
[Trait("Category", "Quality")]
public sealed class QualityTests(PostgresServer server)
{
    [ReferenceTheory("datasets", Explicit = true)]
    [InlineData("scifact")]
    [InlineData("nfcorpus")]
    public async Task EveryRetriever_OfASharedSet_IsAsGoodAsThatOfAFile(string set)
    {
        var dataset = BeirDataset.Open(TestData.Shared($"datasets/{set}"));
        using var embedder = MiniModels.LoadEmbeddingGenerator();
        var documents = await dataset.ReadCorpusAsync(Token).Select(document => new IndexedDocument(
            document.Id,
            "1",
            () => [new SearchDocument(document.Id, document.Text) { Metadata = Metadata((SearchDocument.TitleKey, document.Title)) }]))
            .ToArrayAsync(Token);
        await using var index = await server.OpenAsync();
        await index.Collection.UpsertAsync(documents.ToAsyncEnumerable(), embedder, cancellationToken: Token);
        var folder = Directory.CreateTempSubdirectory("resift-quality-");
        using var file = SqliteIndex.Open(Path.Combine(folder.FullName, "index.db"));
        await file.GetCollection().UpsertAsync(documents.ToAsyncEnumerable(), embedder, cancellationToken: Token);
        var theirs = file.GetCollection();
        var qrels = await dataset.ReadQrelsAsync(cancellationToken: Token);
        var queries = await dataset.ReadQueriesAsync(Token);
        foreach (var (name, ours, other) in ((string, IRetriever, IRetriever)[])
        [
            ("words", index.Collection.Lexical, theirs.Lexical),
            ("meaning", index.Collection.CreateDense(embedder), theirs.CreateDense(embedder)),
            ("both", index.Collection.CreateHybrid(embedder),
                new HybridRetriever([theirs.Lexical, theirs.CreateDense(embedder)], FusionOptions.LexicalAndDense)),
        ])
        {
            double mine = await NdcgAsync(ours);
            double file10 = await NdcgAsync(other);
            TestContext.Current.TestOutputHelper?.WriteLine($"{set} {name}: nDCG@10 {mine:F4}, index file {file10:F4}");
            Assert.Equal(file10, mine, 0.01);
        }

        file.Dispose();
        folder.Delete(recursive: true);

        async Task<double> NdcgAsync(IRetriever retriever)
        {
            double sum = 0;
            foreach (string id in qrels.QueryIds)
            {
                var response = await retriever.RetrieveAsync(queries[id], null, Token);
                sum += Measure.Ndcg(10).Evaluate(
                    qrels.GetGrades(id), response.Candidates.Select(candidate => new ScoredDocument(candidate.Id, candidate.Score)));
            }

            return sum / qrels.QueryIds.Count;
        }
    }
}
