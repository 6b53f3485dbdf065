namespace Resift;

/// <summary>What a local model can be used as.</summary>
public enum LocalModelKind
{
    /// <summary>It scores (query, document) pairs with one label: a reranker.</summary>
    CrossEncoder,

    /// <summary>It turns a text into a vector.</summary>
    Embedder,

    /// <summary>It has a classification head with another number of labels than one, and cannot be used here.</summary>
    Classifier,
}
