using Resift.Evaluation;
using Resift.Testing;

namespace Resift.Local.Tests.Quality;

/// <summary>Measures what the model cards of the bundled cross-encoders state: nDCG@10 of reranking stored first-stage runs.</summary>
[Trait("Category", "Quality")]
public sealed class ModelCardTests
{
    // Where the card's figures cut documents; they have three digits.
    private const int DocumentTokens = 256;

    [ReferenceTheory("datasets")]
    [InlineData("trec-dl21-passage", "bm25.trec", null, 100, 0.4458)]
    [InlineData("scifact", "bm25-py.trec", 60, 50, 0.7570)]
    [InlineData("nfcorpus", "bm25-py.trec", 60, 50, 0.3180)]
    public async Task FirstStage_StoredRun_HasTheStatedQuality(string set, string run, int? queries, int depth, double expected)
    {
        var stored = await StoredRun.OpenAsync(set, run, queries, depth);

        // The card takes the run in its own order, also where its scores are equal.
        double ndcg = stored.MeanNdcg(id => stored.Candidates(id).Select((documentId, rank) => new ScoredDocument(documentId, -rank)));

        Assert.Equal(expected, ndcg, 5e-5);
    }

    [ReferenceTheory("datasets")]
    [InlineData(MiniModels.RerankerName, "trec-dl21-passage", "bm25.trec", null, 100, 0.627)]
    [InlineData(MiniModels.RerankerName, "scifact", "bm25-py.trec", 60, 50, 0.772)]
    [InlineData(MiniModels.RerankerName, "nfcorpus", "bm25-py.trec", 60, 50, 0.366)]
    public async Task Reranker_StoredRun_HasTheStatedQuality(
        string model, string set, string run, int? queries, int depth, double expected)
    {
        var stored = await StoredRun.OpenAsync(set, run, queries, depth);
        using var reranker = model == MiniModels.RerankerName ? MiniModels.LoadReranker() : MiniLM12Model.LoadReranker();
        var rankings = new Dictionary<string, ScoredDocument[]>();
        var answers = reranker.RerankBatchAsync(
            await stored.ReadRequestsAsync(),
            new() { MaxTokensPerDocument = DocumentTokens },
            cancellationToken: TestContext.Current.CancellationToken);
        await foreach (var response in answers)
        {
            string queryId = stored.QueryIds[rankings.Count];
            var candidates = stored.Candidates(queryId);
            rankings.Add(queryId, [.. response.Results.Select(result => new ScoredDocument(candidates[result.Index], result.Score))]);
        }

        Assert.Equal(expected, stored.MeanNdcg(id => rankings[id]), 0.0025);
    }

    // Ten minutes on two cores, and the same code as above.
    [ReferenceTheory("datasets", Explicit = true)]
    [InlineData(MiniLM12Model.RerankerName, "trec-dl21-passage", "bm25.trec", null, 100, 0.648)]
    [InlineData(MiniLM12Model.RerankerName, "scifact", "bm25-py.trec", 60, 50, 0.756)]
    [InlineData(MiniLM12Model.RerankerName, "nfcorpus", "bm25-py.trec", 60, 50, 0.352)]
    public Task LargeReranker_StoredRun_HasTheStatedQuality(
        string model, string set, string run, int? queries, int depth, double expected) =>
        Reranker_StoredRun_HasTheStatedQuality(model, set, run, queries, depth, expected);
}
