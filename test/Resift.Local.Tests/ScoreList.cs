namespace Resift.Local.Tests;

/// <summary>Scores in the order of the documents.</summary>
internal static class ScoreList
{
    public static double[] Of(RerankResponse response) =>
        [.. response.Results.OrderBy(result => result.Index).Select(result => result.Score)];

    public static async Task<double[]> ScoresAsync(this LocalReranker reranker, string query, params string[] documents) =>
        Of(await reranker.RerankAsync(query, documents, cancellationToken: TestContext.Current.CancellationToken));
}
