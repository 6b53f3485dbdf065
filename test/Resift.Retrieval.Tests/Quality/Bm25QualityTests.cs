using System.Globalization;
using Resift.Testing;

namespace Resift.Retrieval.Tests.Quality;

/// <summary>Our BM25 beside the stored BM25 runs of the data sets, which come from another implementation.</summary>
[Trait("Category", "Quality")]
public sealed class Bm25QualityTests
{
    private const int StoredDepth = 100;

    [Theory]
    [InlineData("scifact", 0.7019)]
    [InlineData("nfcorpus", 0.3227)]
    [InlineData("cranfield", 0.3746)]
    [InlineData("cosqa", 0.3917)]
    [InlineData("trec-dl21-passage", 0.3795)]
    public async Task RetrieveAsync_AllJudgedQueries_AsMeasuredAndReachesTheStoredRun(string set, double expected)
    {
        string folder = TestData.Shared($"datasets/{set}");
        var qrels = Qrels.Read(Path.Combine(folder, "qrels", "test.tsv"));
        var queries = DataSetTexts.Read(Path.Combine(folder, "queries.jsonl"))
            .ToDictionary(document => document.Id, document => document.Text);
        var retriever = new Bm25Retriever(DataSetTexts.Read(Path.Combine(folder, "corpus.jsonl")));
        var stored = File.ReadLines(Path.Combine(folder, "runs", "bm25-py.trec"))
            .Select(line => line.Split(' '))
            .GroupBy(columns => columns[0], columns => (columns[2], double.Parse(columns[4], CultureInfo.InvariantCulture)))
            .ToDictionary(run => run.Key, run => run.ToArray());
        double ours = 0, theirs = 0;
        foreach (string id in qrels.QueryIds)
        {
            var response = await retriever.RetrieveAsync(
                queries[id], new() { Candidates = StoredDepth }, TestContext.Current.CancellationToken);
            ours += Ndcg.At(10, qrels[id], response.Candidates.Select(candidate => (candidate.Id, candidate.Score))) / qrels.QueryIds.Count;
            theirs += stored.TryGetValue(id, out var run) ? Ndcg.At(10, qrels[id], run) / qrels.QueryIds.Count : 0;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{set}: nDCG@10 {ours:F4}, stored run {theirs:F4}");
        Assert.Equal(expected, ours, 0.001);
        Assert.True(ours >= theirs - 0.01, $"{set}: nDCG@10 {ours:F4} is more than 0.01 below the stored run's {theirs:F4}.");
    }
}
