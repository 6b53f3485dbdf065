namespace Resift;

/// <summary>What a loaded ONNX model is, by its folder and its graph.</summary>
public sealed record OnnxModelInfo
{
    /// <summary>Gets the model's name: the name of its folder.</summary>
    public required string ModelId { get; init; }

    /// <summary>
    /// Gets the architecture that its configuration names, such as <c>NewForSequenceClassification</c>; empty if it names none.
    /// </summary>
    public required string Architecture { get; init; }

    /// <summary>Gets what it is used as: a cross-encoder or an embedder.</summary>
    public required LocalModelKind Kind { get; init; }

    /// <summary>Gets the path of the graph.</summary>
    public required string Graph { get; init; }

    /// <summary>Gets the inputs that the graph has.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Gets the output that is read.</summary>
    public required string Output { get; init; }

    /// <summary>
    /// Gets the number of labels of a cross-encoder's head, 1 for a language model that answers in words; 0 for an embedder.
    /// </summary>
    public int Labels { get; init; }

    /// <summary>
    /// Gets the name, or else the number, of the label whose odds against all others are the score of a pair; null for a model with one.
    /// </summary>
    public string? RelevantLabel { get; init; }

    /// <summary>Gets the scale of its scores, found as <see cref="LocalModelInfo.ScoreScale"/> is.</summary>
    public ScoreScale ScoreScale { get; init; }

    /// <summary>Gets how a cross-encoder's logits become probabilities; null where its folder has no calibration.</summary>
    public LocalCalibration? Calibration { get; init; }

    /// <summary>Gets how many tokens it reads, special tokens counted.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Gets how many numbers an embedder's vectors have where a call asks for no fewer; 0 for a cross-encoder.</summary>
    public int Dimensions { get; init; }

    /// <summary>Gets a value indicating whether an embedder's vectors are scaled to the length 1, as its folder says.</summary>
    public bool Normalizes { get; init; }

    /// <summary>Gets the licence that its model card states; null if the card states none.</summary>
    public string? License { get; init; }

    /// <summary>Gets what an embedder wants before a query, and puts there; empty for nothing.</summary>
    public string QueryPrompt { get; init; } = "";

    /// <summary>Gets what an embedder wants before a document, and puts there; empty for nothing.</summary>
    public string DocumentPrompt { get; init; } = "";

    /// <summary>Gets what an embedder wants before a text that is neither query nor document; empty for nothing.</summary>
    public string DefaultPrompt { get; init; } = "";

    /// <summary>
    /// Gets the instruction by which a cross-encoder judges where a call has none in its <see cref="RerankOptions.Instruction"/>; empty for
    /// none, and null where the model follows no instructions.
    /// </summary>
    public string? Instruction { get; init; }
}
