namespace Resift;

/// <summary>What a local model can be used as.</summary>
public enum LocalModelKind
{
    /// <summary>It scores (query, document) pairs, by its one label or by the one that means relevance: a reranker.</summary>
    CrossEncoder,

    /// <summary>It turns a text into a vector.</summary>
    Embedder,

    /// <summary>It has a classification head with several labels, and which of them means relevance has to be said.</summary>
    Classifier,
}
