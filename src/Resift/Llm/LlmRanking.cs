namespace Resift;

/// <summary>What one kind of LLM reranker found out.</summary>
/// <param name="Scores">The scores, by document index.</param>
/// <param name="Report">How it came about, as far as this kind of reranker knows; the calls are added to it.</param>
internal sealed record LlmRanking(IReadOnlyList<double> Scores, LlmRerankReport Report)
{
    /// <summary>Gets how many documents the model was shown.</summary>
    public required int Pairs { get; init; }

    public string? DegradedReason { get; init; }

    /// <summary>Gets the documents that got no score of their own, by index.</summary>
    public IReadOnlyCollection<int> Unscored { get; init; } = [];

    /// <summary>Creates the scores of an order: reciprocal ranks.</summary>
    public static double[] ReciprocalRanks(int[] order)
    {
        double[] scores = new double[order.Length];
        foreach (var (rank, index) in order.Index())
        {
            scores[index] = 1.0 / (rank + 1);
        }

        return scores;
    }
}
