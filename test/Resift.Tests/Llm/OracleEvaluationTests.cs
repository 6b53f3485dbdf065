using System.Globalization;
using Resift.Evaluation;
using Resift.Testing;

namespace Resift.Tests.Llm;

/// <summary>
/// Reranks the first 100 candidates of BM25 on TREC DL 2021 with models that know the judgements and make mistakes at a stated rate:
/// whether windows, passes, repair and budgets reach the order that theory says.
/// </summary>
[Trait("Category", "Quality")]
public sealed class OracleEvaluationTests : IAsyncLifetime
{
    private const int Depth = 100;

    private StoredRun _run = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IReadOnlyList<string> QueryIds => _run.QueryIds;

    public async ValueTask InitializeAsync() =>
        _run = await StoredRun.OpenAsync("trec-dl21-passage", "bm25.trec", queries: null, Depth);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [ReferenceFact("datasets")]
    public void FirstStageAndBestOrder_Candidates_AreTheBounds()
    {
        double first = QueryIds.Average(id => Ndcg10(id, _run.Candidates(id)));
        double best = QueryIds.Average(id => Ndcg10(id, BestOrder(id)));
        Print($"first stage {first:0.0000}, best order of its candidates {best:0.0000}");
        Assert.InRange(first, 0.4, best);
    }

    [ReferenceTheory("datasets")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Listwise_PerfectOracle_PassesBringTheBestOfTheirNumberToTheFrontExactly(int passes)
    {
        foreach (string id in QueryIds)
        {
            var (ranking, report) = await ListwiseAsync(id, new() { Passes = passes }, swaps: 0, malformed: 0);

            // Window − step = 10 documents travel to the front in each pass; equal grades keep the first stage's order.
            Assert.Equal(BestOrder(id).Take(10 * passes), ranking.Take(10 * passes));
            Assert.InRange(report.Calls, 9, 9 * passes);
        }
    }

    [ReferenceTheory("datasets")]
    [InlineData(0, 0.2)]
    [InlineData(0.1, 0)]
    [InlineData(0.1, 0.2)]
    [InlineData(0.3, 0)]
    [InlineData(0.3, 0.2)]
    public async Task Listwise_NoisyOracle_LosesAboutWhatTheNoiseOfOneWindowLoses(double swaps, double malformed)
    {
        double best = QueryIds.Average(id => Ndcg10(id, BestOrder(id)));
        double noiseAlone = (await MeanAsync(new() { WindowSize = Depth, Step = 10 }, swaps, malformed)).Ndcg;
        Print($"p {swaps} q {malformed}: best {best:0.0000}, one window of all {noiseAlone:0.0000}");
        for (int passes = 1; passes <= 3; passes++)
        {
            var (ndcg, repaired) = await MeanAsync(new() { Passes = passes }, swaps, malformed);
            Print($"p {swaps} q {malformed} passes {passes}: nDCG@10 {ndcg:0.0000}, repaired {repaired}");

            // The front window's own mistakes are the same as those of one large window; what is lost on the way comes on top.
            Assert.InRange(ndcg, noiseAlone - 0.03, best + 1e-9);
        }
    }

    [ReferenceTheory("datasets")]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(0.3)]
    public async Task Pairwise_Oracle_BudgetBringsAsManyToTheFrontAsItHasPasses(double swaps)
    {
        double best = QueryIds.Average(id => Ndcg10(id, BestOrder(id)));
        double first = QueryIds.Average(id => Ndcg10(id, _run.Candidates(id)));
        double last = 0;
        foreach (int budget in new[] { 99, 300, 1_000 })
        {
            double sum = 0;
            double comparisons = 0;
            foreach (string id in QueryIds)
            {
                var oracle = new NoisyOracle(_run.Grades(id), swaps, 0, Seed(id));
                using var reranker = new PairwiseLlmReranker(oracle.Client(), new() { MaxComparisons = budget });
                var response = await reranker.RerankAsync(id, _run.Candidates(id), cancellationToken: Cancellation);
                string[] ranking = [.. response.Results.Select(result => _run.Candidates(id)[result.Index])];
                Assert.Equal(_run.Candidates(id).Order(), ranking.Order());
                var report = response.LlmReport!;
                Assert.InRange(report.Comparisons, 1, Math.Min(budget, (10 * Depth) - 55));
                Assert.Equal(2 * report.Comparisons, report.Calls);
                if (swaps == 0)
                {
                    int complete = report.IsBudgetExhausted ? report.Passes - 1 : 10;
                    Assert.True(complete >= 1);
                    Assert.Equal(BestOrder(id).Take(complete).Select(Grade), ranking.Take(complete).Select(Grade));
                }

                int Grade(string documentId) => _run.Grades(id).GetValueOrDefault(documentId);
                sum += Ndcg10(id, ranking);
                comparisons += report.Comparisons;
            }

            double ndcg = sum / QueryIds.Count;
            Print($"p {swaps} budget {budget}: nDCG@10 {ndcg:0.0000}, comparisons {comparisons / QueryIds.Count:0}");
            Assert.InRange(ndcg, Math.Max(last, first), best + 1e-9);
            last = ndcg;
        }

        if (swaps == 0)
        {
            Assert.Equal(best, last, 1e-9);
        }
    }

    private async Task<(double Ndcg, int Repaired)> MeanAsync(ListwiseLlmRerankerOptions options, double swaps, double malformed)
    {
        double sum = 0;
        int repaired = 0;
        foreach (string id in QueryIds)
        {
            var (ranking, report) = await ListwiseAsync(id, options, swaps, malformed);
            sum += Ndcg10(id, ranking);
            repaired += report.RepairedAnswers;
        }

        return (sum / QueryIds.Count, repaired);
    }

    private async Task<(string[] Ranking, LlmRerankReport Report)> ListwiseAsync(
        string queryId, ListwiseLlmRerankerOptions options, double swaps, double malformed)
    {
        var oracle = new NoisyOracle(_run.Grades(queryId), swaps, malformed, Seed(queryId));
        using var reranker = new ListwiseLlmReranker(oracle.Client(), options);
        var response = await reranker.RerankAsync(queryId, _run.Candidates(queryId), cancellationToken: Cancellation);
        string[] ranking = [.. response.Results.Select(result => _run.Candidates(queryId)[result.Index])];
        var report = response.LlmReport!;

        // No document is lost, and every spoilt answer was seen, repaired and counted.
        Assert.Equal(_run.Candidates(queryId).Order(), ranking.Order());
        Assert.Equal(
            (oracle.Malformed, oracle.Malformed, oracle.Malformed, oracle.Malformed),
            (report.RepairedAnswers, report.MissingIds, report.RepeatedIds, report.UnknownIds));
        Assert.Equal((0, 0, false), (report.MalformedAnswers, report.Retries, response.IsDegraded));
        return (ranking, report);
    }

    // Equal grades stay as the first stage has them.
    private string[] BestOrder(string queryId) =>
        [.. _run.Candidates(queryId).OrderByDescending(documentId => _run.Grades(queryId).GetValueOrDefault(documentId))];

    // The ids of the queries are numbers: each query has mistakes of its own.
    private static int Seed(string queryId) => int.Parse(queryId, CultureInfo.InvariantCulture);

    private double Ndcg10(string queryId, IEnumerable<string> ranking) =>
        Measure.Ndcg(10).Evaluate(_run.Grades(queryId), ranking.Select((documentId, rank) => new ScoredDocument(documentId, -rank)));

    private static void Print(FormattableString line) =>
        TestContext.Current.TestOutputHelper?.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
