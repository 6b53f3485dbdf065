namespace Resift;

/// <summary>What a local model is: read from its folder without loading its weights.</summary>
public sealed record LocalModelInfo
{
    /// <summary>Gets the model's name: the name of its folder.</summary>
    public required string ModelId { get; init; }

    /// <summary>Gets the architecture that its configuration names, such as <c>BertForSequenceClassification</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Gets what it can be used as.</summary>
    public required LocalModelKind Kind { get; init; }

    /// <summary>Gets the number of labels of its classification head; 0 where it has none.</summary>
    public required int Labels { get; init; }

    /// <summary>Gets the scale of its scores: logit or probability for a cross-encoder, cosine for an embedder.</summary>
    public required ScoreScale ScoreScale { get; init; }

    /// <summary>Gets how many tokens it reads, special tokens counted.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Gets the number of its transformer layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Gets the width of its hidden state, which is an embedder's number of dimensions.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Gets the number of its parameters as stored.</summary>
    public required long Parameters { get; init; }

    /// <summary>Gets how its weights are stored, such as <c>F32</c> or <c>I8 (int8-per-row)</c>.</summary>
    public required string Storage { get; init; }

    /// <summary>Gets the licence that its model card states; null if the card states none.</summary>
    public string? License { get; init; }

    /// <summary>Reads the facts of a model.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <returns>The facts.</returns>
    public static LocalModelInfo Read(string folder) => throw new NotImplementedException();
}

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
