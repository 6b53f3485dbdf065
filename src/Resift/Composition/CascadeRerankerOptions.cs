namespace Resift;

/// <summary>How <see cref="CascadeReranker"/> divides the work.</summary>
public sealed class CascadeRerankerOptions
{
    /// <summary>How many documents the full reranker reads unless told otherwise.</summary>
    public const int DefaultKeep = 20;

    /// <summary>
    /// Gets or sets how many of the documents the full reranker reads: the best of the cheap one. It reads more where a call asks for more
    /// by <see cref="RerankOptions.TopN"/>, or where <see cref="KeepFraction"/> gives more.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Keep
    {
        get;
        set => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Keep), value, "The full reranker must read at least 1 document.");
    } = DefaultKeep;

    /// <summary>
    /// Gets or sets which part of the documents the full reranker reads at least, in (0, 1], rounded up; null for no such part.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in (0, 1].</exception>
    public double? KeepFraction
    {
        get;
        set => field = value is null or (> 0 and <= 1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(KeepFraction), value, "The part must be above 0 and at most 1.");
    }

    /// <summary>
    /// Gets or sets what the cheap reranker is asked for, such as to read only the first tokens of each document; null for nothing in
    /// particular. What a call asks for goes to the full reranker alone.
    /// </summary>
    public RerankOptions? CheapOptions { get; set; }

    /// <summary>Gets or sets what becomes of the documents that the full reranker did not read.</summary>
    public CascadeRest Rest { get; set; }
}

/// <summary>What becomes of the documents that only the cheap reranker of a cascade has read.</summary>
public enum CascadeRest
{
    /// <summary>They are not among the results, whose scores are all the full reranker's, on its scale. The default.</summary>
    LeaveOut,

    /// <summary>
    /// They follow in the cheap reranker's order. As scores of two models cannot stand in one list, all scores are then reciprocal ranks,
    /// on <see cref="ScoreScale.Rank"/>.
    /// </summary>
    RankBelow,
}
