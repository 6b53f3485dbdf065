namespace Resift.Retrieval;

/// <summary>How much work is spent on the order of the candidates: the more, the better and the slower.</summary>
public enum SearchTier
{
    /// <summary>The reranker reads every candidate. The default.</summary>
    Full,

    /// <summary>The first stage's scores, or a cheaper reranker, choose the best candidates, and the reranker reads only those.</summary>
    Light,

    /// <summary>Nothing is reranked: the first stage's order is the answer.</summary>
    Embedding,
}
