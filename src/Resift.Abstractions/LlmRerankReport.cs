namespace Resift;

/// <summary>How an answer that a language model gave came about.</summary>
/// <remarks>Numbers that a kind of reranker does not have are 0. Input tokens are in <see cref="RerankUsage.InputTokens"/>.</remarks>
public sealed record LlmRerankReport
{
    /// <summary>Gets how many requests were sent, those for another try included.</summary>
    public int Calls { get; init; }

    /// <summary>Gets the tokens that the model wrote in all requests; null if a response did not say.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>Gets how many questions stayed without an answer that could be read, also when asked again.</summary>
    public int MalformedAnswers { get; init; }

    /// <summary>Gets how many questions the model refused or a content filter stopped.</summary>
    public int RefusedAnswers { get; init; }

    /// <summary>Gets how many questions were asked again because the first answer could not be read.</summary>
    public int Retries { get; init; }

    /// <summary>Gets how many passes were begun (listwise, pairwise).</summary>
    public int Passes { get; init; }

    /// <summary>Gets how many permutations had to be repaired (listwise).</summary>
    public int RepairedAnswers { get; init; }

    /// <summary>Gets how many ids were missing in permutations; they follow the others in the order that they had (listwise).</summary>
    public int MissingIds { get; init; }

    /// <summary>Gets how many ids occurred again in permutations; the first occurrence counts (listwise).</summary>
    public int RepeatedIds { get; init; }

    /// <summary>Gets how many ids in permutations belonged to no document; they are dropped (listwise).</summary>
    public int UnknownIds { get; init; }

    /// <summary>
    /// Gets how many grades are expectations over log-probabilities; the other grades are the model's one word (pointwise).
    /// </summary>
    public int GradesFromLogProbabilities { get; init; }

    /// <summary>Gets how many different pairs were compared (pairwise).</summary>
    public int Comparisons { get; init; }

    /// <summary>
    /// Gets how many comparisons were ties, because the two answers contradicted each other or one was missing (pairwise).
    /// </summary>
    public int Ties { get; init; }

    /// <summary>Gets a value indicating whether the budget of comparisons ended before the order was complete (pairwise).</summary>
    public bool IsBudgetExhausted { get; init; }

    /// <summary>Adds up the reports of the parts of one call.</summary>
    /// <param name="reports">The reports; null where no language model was asked.</param>
    /// <returns>The sum; null if no language model was asked.</returns>
    public static LlmRerankReport? Sum(IEnumerable<LlmRerankReport?> reports) => reports.OfType<LlmRerankReport>().Aggregate(
        (LlmRerankReport?)null,
        (sum, part) => sum is null ? part : new()
        {
            Calls = sum.Calls + part.Calls,
            OutputTokens = sum.OutputTokens + part.OutputTokens,
            MalformedAnswers = sum.MalformedAnswers + part.MalformedAnswers,
            RefusedAnswers = sum.RefusedAnswers + part.RefusedAnswers,
            Retries = sum.Retries + part.Retries,
            Passes = sum.Passes + part.Passes,
            RepairedAnswers = sum.RepairedAnswers + part.RepairedAnswers,
            MissingIds = sum.MissingIds + part.MissingIds,
            RepeatedIds = sum.RepeatedIds + part.RepeatedIds,
            UnknownIds = sum.UnknownIds + part.UnknownIds,
            GradesFromLogProbabilities = sum.GradesFromLogProbabilities + part.GradesFromLogProbabilities,
            Comparisons = sum.Comparisons + part.Comparisons,
            Ties = sum.Ties + part.Ties,
            IsBudgetExhausted = sum.IsBudgetExhausted || part.IsBudgetExhausted,
        });
}
