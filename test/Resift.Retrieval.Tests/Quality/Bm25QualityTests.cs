using Resift.Evaluation;
using Resift.Testing;

namespace Resift.Retrieval.Tests.Quality;

/// <summary>Our BM25 beside the stored BM25 runs of the data sets, which come from another implementation.</summary>
[Trait("Category", "Quality")]
public sealed class Bm25QualityTests
{
    private const int StoredDepth = 100;

    [ReferenceTheory("datasets")]
    [InlineData("scifact", 0.7019)]
    [InlineData("nfcorpus", 0.3227)]
    [InlineData("cranfield", 0.3746)]
    [InlineData("cosqa", 0.3917)]
    [InlineData("trec-dl21-passage", 0.3795)]
    public async Task RetrieveAsync_AllJudgedQueries_AsMeasuredAndReachesTheStoredRun(string set, double expected)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var dataset = BeirDataset.Open(TestData.Shared($"datasets/{set}"));
        var qrels = await dataset.ReadQrelsAsync(cancellationToken: cancellation);
        var queries = await dataset.ReadQueriesAsync(cancellation);
        var stored = await Run.ReadAsync(Path.Combine(dataset.Folder, "runs", "bm25-py.trec"), cancellation);
        var retriever = new Bm25Retriever(await dataset.ReadCorpusAsync(cancellation)
            .Select(document => new SearchDocument(document.Id, document.TitleAndText))
            .ToListAsync(cancellation));
        double ours = 0;
        foreach (string id in qrels.QueryIds)
        {
            var response = await retriever.RetrieveAsync(queries[id], new() { Candidates = StoredDepth }, cancellation);
            ours += Measure.Ndcg(10).Evaluate(
                qrels.GetGrades(id), response.Candidates.Select(candidate => new ScoredDocument(candidate.Id, candidate.Score)));
        }

        ours /= qrels.QueryIds.Count;
        double theirs = Measure.Ndcg(10).Evaluate(qrels, stored).Mean;
        TestContext.Current.TestOutputHelper!.WriteLine($"{set}: nDCG@10 {ours:F4}, stored run {theirs:F4}");
        Assert.Equal(expected, ours, 0.001);
        Assert.True(ours >= theirs - 0.01, $"{set}: nDCG@10 {ours:F4} is more than 0.01 below the stored run's {theirs:F4}.");
    }
}
