using Microsoft.Extensions.AI;
using Resift.Evaluation;
using Resift.Retrieval;
using Resift.Testing;

namespace Resift.Sqlite.Tests.Quality;

/// <summary>How good the words alone are: nDCG@10 beside that of the stored BM25 run of the same set.</summary>
[Trait("Category", "Quality")]
public sealed class LexicalQualityTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [ReferenceTheory("datasets")]
    [InlineData("scifact")]
    [InlineData("nfcorpus")]
    [InlineData("cranfield")]
    [InlineData("cosqa")]
    public async Task Lexical_OfASharedSet_IsNotBelowTheStoredRun(string set)
    {
        var dataset = BeirDataset.Open(TestData.Shared($"datasets/{set}"));
        using var index = new TemporaryIndex() { Embedder = Constant() };
        await index.UpsertAsync(await dataset.ReadCorpusAsync(Token)
            .Select(document => new IndexedDocument(
                document.Id, "1", () => [new SearchDocument(document.Id, document.TitleAndText)]))
            .ToArrayAsync(Token));
        var qrels = await dataset.ReadQrelsAsync(cancellationToken: Token);
        var queries = await dataset.ReadQueriesAsync(Token);
        var stored = await Run.ReadAsync(Path.Combine(dataset.Folder, "runs", "bm25-py.trec"), Token);
        double ours = 0;
        foreach (string id in qrels.QueryIds)
        {
            var response = await index.Collection.Lexical.RetrieveAsync(queries[id], new() { Candidates = 100 }, Token);
            ours += Measure.Ndcg(10).Evaluate(
                qrels.GetGrades(id), response.Candidates.Select(candidate => new ScoredDocument(candidate.Id, candidate.Score)));
        }

        ours /= qrels.QueryIds.Count;
        double theirs = Measure.Ndcg(10).Evaluate(qrels, stored).Mean;
        TestContext.Current.TestOutputHelper?.WriteLine($"{set}: nDCG@10 {ours:F4}, stored run {theirs:F4}");
        Assert.True(ours > theirs - 0.01, $"{set}: nDCG@10 {ours:F4} is below the stored run's {theirs:F4}.");
    }

    // Nothing is searched by these vectors.
    private static TestEmbeddingGenerator Constant() => new()
    {
        GenerateAsyncCallback = (texts, _, _) => Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(
            texts.Select(_ => new Embedding<float>(new float[] { 1 })))),
    };
}
