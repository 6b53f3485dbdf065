namespace Resift.Retrieval;

/// <summary>How much work is spent on the order of the candidates: the more, the better and the slower.</summary>
public enum SearchTier
{
    /// <summary>The reranker reads every candidate. The default.</summary>
    Full,

    /// <summary>A cheaper reranker reads every candidate, and the full one only the best of them.</summary>
    Light,

    /// <summary>Nothing is reranked: the first stage's order is the answer.</summary>
    Embedding,
}
