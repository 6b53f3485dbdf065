namespace Resift;

/// <summary>
/// What a <see cref="PairwiseLlmReranker"/> can be told. The default is the sliding of PRP with ten passes, each pair asked both ways.
/// </summary>
public sealed record PairwiseLlmRerankerOptions : LlmRerankerOptions
{
    /// <summary>
    /// Gets how many of the best documents are put in order, at most; 10 by default. A call that wants fewer
    /// (<see cref="RerankOptions.TopN"/>) has fewer ordered.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int TopK
    {
        get;
        init => field = AtLeastOne(value);
    } = 10;

    /// <summary>
    /// Gets how many different pairs are compared in one call, at most; 1,000 by default, enough for the best ten of 100. When it is used
    /// up, the rest keeps its order and the response says so.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxComparisons
    {
        get;
        init => field = AtLeastOne(value);
    } = 1_000;

    /// <summary>
    /// Gets a value indicating whether each pair is asked in both orders, which costs twice as much and cancels the model's preference for
    /// the place. Two answers that contradict each other are a tie. False asks once, with the earlier document of the first stage as A.
    /// </summary>
    public bool AskBothOrders { get; init; } = true;
}
