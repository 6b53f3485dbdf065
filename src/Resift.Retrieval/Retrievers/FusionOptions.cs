namespace Resift.Retrieval;

/// <summary>How several lists become one.</summary>
public enum FusionMethod
{
    /// <summary>
    /// By ranks alone: Σ weight / (k + rank) over the lists that a document is in (reciprocal rank fusion; Cormack, Clarke and Büttcher,
    /// 2009). Fits lists of any scales.
    /// </summary>
    ReciprocalRank,

    /// <summary>By scores: Σ weight · score (CombSUM; Fox and Shaw, 1994). A list that lacks a document counts 0 for it.</summary>
    Sum,
}

/// <summary>How scores are made comparable before they are added. Applied to each list by itself.</summary>
public enum ScoreNormalization
{
    /// <summary>Not at all: the lists' scores are on one scale already.</summary>
    None,

    /// <summary>
    /// The lowest score of the list becomes 0 and the highest 1. A list of one, or of equal scores, becomes 1: what the only document with
    /// the exact words of the query deserves, and what Elasticsearch and OpenSearch decided.
    /// </summary>
    MinMax,

    /// <summary>
    /// The mean of the list becomes 0 and its population deviation 1. A document that a list lacks counts as average there, and equal
    /// scores become 0.
    /// </summary>
    ZScore,
}

/// <summary>How several lists are fused into one.</summary>
/// <remarks>A retriever copies it: later changes do not reach it.</remarks>
public sealed class FusionOptions
{
    /// <summary>
    /// Creates the fusion for two lists of which the first comes from words (BM25) and the second from embeddings: 0.3 and 0.7 times their
    /// scores, each from 0 to 1 by <see cref="ScoreNormalization.MinMax"/>.
    /// </summary>
    /// <remarks>
    /// The default, <see cref="FusionMethod.ReciprocalRank"/>, knows nothing about its lists and so believes each as much as the other.
    /// Where one is far worse, as words are for questions about code, that costs more than fusion gains. The weights were chosen on the
    /// development questions of CoSQA and NFCorpus; the guide to retrieval shows what they give on the test questions.
    /// </remarks>
    public static FusionOptions LexicalAndDense => new()
    {
        Method = FusionMethod.Sum,
        Normalization = ScoreNormalization.MinMax,
        Weights = [0.3, 0.7],
    };

    /// <summary>Gets or sets how the lists become one.</summary>
    public FusionMethod Method { get; set; } = FusionMethod.ReciprocalRank;

    /// <summary>Gets or sets how scores are made comparable; ranks need it not.</summary>
    public ScoreNormalization Normalization { get; set; } = ScoreNormalization.None;

    /// <summary>Gets or sets k of reciprocal rank fusion: the larger, the less the first ranks stand out. At least 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not a number.</exception>
    public double K
    {
        get;
        set => field = value is >= 0 and < double.PositiveInfinity
            ? value
            : throw new ArgumentOutOfRangeException(nameof(K), value, "K must be a number of at least 0.");
    } = 60;

    /// <summary>Gets or sets how much each list counts, in the order of the lists; none negative. Null for 1 each.</summary>
    /// <exception cref="ArgumentException">A weight is negative or not a number.</exception>
    public IReadOnlyList<double>? Weights
    {
        get;
        set => field = value is null || value.All(weight => weight is >= 0 and < double.PositiveInfinity)
            ? value
            : throw new ArgumentException("Every weight must be a number of at least 0.", nameof(Weights));
    }

    /// <summary>Creates a copy that can be changed without changing this one.</summary>
    /// <returns>The copy; its weights are a copy as well.</returns>
    public FusionOptions Clone() => new() { Method = Method, Normalization = Normalization, K = K, Weights = Weights?.ToArray() };
}
