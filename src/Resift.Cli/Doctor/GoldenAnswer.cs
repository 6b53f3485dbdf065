namespace Resift.Cli;

/// <summary>What a reranker made of a golden question.</summary>
internal sealed record GoldenAnswer(GoldenQuery Golden, RerankResponse Response)
{
    /// <summary>Gets the scores by the documents' places in the input.</summary>
    public IReadOnlyList<double> Scores { get; } = [.. Response.Results.OrderBy(result => result.Index).Select(result => result.Score)];

    /// <summary>Gets the scores of the documents that have nothing to do with the question.</summary>
    public IEnumerable<double> OfOthers => Scores.Where((_, index) => index != Golden.Answer);

    public double OfAnswer => Scores[Golden.Answer];
}
