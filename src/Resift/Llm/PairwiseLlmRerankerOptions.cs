namespace Resift;

/// <summary>
/// What a <see cref="PairwiseLlmReranker"/> can be told. The default is the sliding of PRP with ten passes, each pair asked both ways.
/// </summary>
public sealed class PairwiseLlmRerankerOptions : LlmRerankerOptions
{
    /// <summary>
    /// Gets or sets how many of the best documents are put in order, at most; 10 by default. A call that wants fewer
    /// (<see cref="RerankOptions.TopN"/>) has fewer ordered.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int TopK
    {
        get;
        set => field = AtLeastOne(value);
    } = 10;

    /// <summary>
    /// Gets or sets how many different pairs are compared in one call, at most; 1,000 by default, enough for the best ten of 100. When it
    /// is used up, the rest keeps its order and the response says so.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxComparisons
    {
        get;
        set => field = AtLeastOne(value);
    } = 1_000;

    /// <summary>
    /// Gets or sets a value indicating whether each pair is asked in both orders, which costs twice as much and cancels the
    /// model's preference for the place. Two answers that contradict each other are a tie. False asks once, with the earlier
    /// document of the first stage as A.
    /// </summary>
    public bool AskBothOrders { get; set; } = true;
}
