using Microsoft.Extensions.AI;
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
    [ReferenceTheory("datasets")]
    [InlineData("scifact")]
    [InlineData("nfcorpus")]
    public async Task Words_OfASharedSet_AreAsGoodAsThoseOfAFile(string set)
    {
        // Nothing is searched by these vectors.
        using var embedder = new TestEmbeddingGenerator
        {
            GenerateAsyncCallback = (texts, _, _) => Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(
                texts.Select(_ => new Embedding<float>(new float[] { 1 })))),
        };
        await CompareAsync(set, embedder, (ours, theirs) => [("words", ours.Lexical, theirs.Lexical)]);
    }

    [ReferenceTheory("datasets", Explicit = true)]
    [InlineData("cranfield")]
    [InlineData("scifact")]
    [InlineData("nfcorpus")]
    public async Task MeaningAndBoth_OfASharedSet_AreAsGoodAsThoseOfAFile(string set)
    {
        using var embedder = new RememberingEmbedder(MiniModels.LoadEmbeddingGenerator());
        await CompareAsync(set, embedder, (ours, theirs) =>
        [
            ("meaning", ours.CreateDense(embedder), theirs.CreateDense(embedder)),
            (
                "both",
                ours.CreateHybrid(embedder),
                new HybridRetriever([theirs.Lexical, theirs.CreateDense(embedder)], FusionOptions.LexicalAndDense)),
        ]);
    }

    private async Task CompareAsync(
        string set,
        IEmbeddingGenerator<string, Embedding<float>> embedder,
        Func<PostgresCollection, SqliteCollection, (string Name, IRetriever Ours, IRetriever Theirs)[]> retrievers)
    {
        var dataset = BeirDataset.Open(TestData.Shared($"datasets/{set}"));
        var documents = await dataset.ReadCorpusAsync(Token).Select(document => new IndexedDocument(
            document.Id,
            "1",
            () => [new SearchDocument(document.Id, document.Text) { Metadata = Metadata((SearchDocument.TitleKey, document.Title)) }]))
            .ToArrayAsync(Token);
        var qrels = await dataset.ReadQrelsAsync(cancellationToken: Token);
        var queries = await dataset.ReadQueriesAsync(Token);
        await using var index = await server.OpenAsync();
        await index.Collection.UpsertAsync(documents.ToAsyncEnumerable(), embedder, cancellationToken: Token);
        var folder = Directory.CreateTempSubdirectory("resift-quality-");
        try
        {
            using var file = SqliteIndex.Open(Path.Combine(folder.FullName, "index.db"));
            await file.GetCollection().UpsertAsync(documents.ToAsyncEnumerable(), embedder, cancellationToken: Token);
            foreach (var (name, ours, theirs) in retrievers(index.Collection, file.GetCollection()))
            {
                double mine = await NdcgAsync(ours);
                double expected = await NdcgAsync(theirs);
                TestContext.Current.TestOutputHelper?.WriteLine($"{set} {name}: nDCG@10 {mine:F4}, index file {expected:F4}");
                Assert.Equal(expected, mine, 0.01);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

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
