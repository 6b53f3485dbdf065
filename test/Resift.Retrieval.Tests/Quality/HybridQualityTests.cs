using Resift.Evaluation;
using Resift.Testing;

namespace Resift.Retrieval.Tests.Quality;

/// <summary>What fusion gives and costs beside its two halves, with the bundled embedder.</summary>
[Trait("Category", "Quality")]
public sealed class HybridQualityTests
{
    private const int Depth = 50;
    private const double Tolerance = 0.01;

    [ReferenceTheory("datasets", Explicit = true)]
    [InlineData("scifact")]
    [InlineData("nfcorpus")]
    [InlineData("cranfield")]
    [InlineData("cosqa")]
    public async Task RetrieveAsync_LexicalAndDense_NotBelowTheBetterHalf(string set)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var dataset = BeirDataset.Open(TestData.Shared($"datasets/{set}"));
        var qrels = await dataset.ReadQrelsAsync(cancellationToken: cancellation);
        var queries = await dataset.ReadQueriesAsync(cancellation);
        var documents = await dataset.ReadCorpusAsync(cancellation)
            .Select(document => new SearchDocument(document.Id, document.TitleAndText))
            .ToListAsync(cancellation);
        using var generator = MiniModels.LoadEmbeddingGenerator();
        var lexical = new Bm25Retriever(documents);
        var dense = await DenseRetriever.CreateAsync(documents, generator, cancellationToken: cancellation);
        var words = await MeasureAsync(lexical, qrels, queries);
        var meaning = await MeasureAsync(dense, qrels, queries);
        var ranks = await MeasureAsync(new HybridRetriever([lexical, dense]), qrels, queries);
        var hybrid = await MeasureAsync(new HybridRetriever([lexical, dense], FusionOptions.LexicalAndDense), qrels, queries);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"| {set} | {Row(words)} | {Row(meaning)} | {Row(ranks)} | {Row(hybrid)} |");
        Assert.True(
            hybrid.Ndcg >= Math.Max(words.Ndcg, meaning.Ndcg) - Tolerance,
            $"{set}: nDCG@10 {hybrid.Ndcg:F4}, its halves have {words.Ndcg:F4} and {meaning.Ndcg:F4}.");
    }

    private static string Row((double Ndcg, double Recall) measured) => $"{measured.Ndcg:F4} / {measured.Recall:F4}";

    private static async Task<(double Ndcg, double Recall)> MeasureAsync(
        IRetriever retriever, Qrels qrels, IReadOnlyDictionary<string, string> queries)
    {
        double ndcg = 0, recall = 0;
        foreach (string id in qrels.QueryIds)
        {
            var response = await retriever.RetrieveAsync(queries[id], new() { Candidates = Depth }, TestContext.Current.CancellationToken);
            var grades = qrels.GetGrades(id);
            ScoredDocument[] found = [.. response.Candidates.Select(candidate => new ScoredDocument(candidate.Id, candidate.Score))];
            ndcg += Measure.Ndcg(10).Evaluate(grades, found);
            recall += Measure.SetRecall().Evaluate(grades, found);
        }

        return (ndcg / qrels.QueryIds.Count, recall / qrels.QueryIds.Count);
    }
}
