namespace Resift;

/// <summary>What a local model is: read from its folder without loading its weights.</summary>
public sealed record LocalModelInfo
{
    /// <summary>Gets the values of <c>model_type</c> in a model's configuration that are computed here.</summary>
    public static IReadOnlyList<string> SupportedModelTypes { get; } =
        [.. Local.Models.Architecture.All.SelectMany(architecture => architecture.ModelTypes)];

    /// <summary>Gets the model's name: that of its folder, or of its repository where it lies in the hub's cache.</summary>
    public required string ModelId { get; init; }

    /// <summary>Gets the architecture that its configuration names, such as <c>BertForSequenceClassification</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Gets what it can be used as.</summary>
    public required LocalModelKind Kind { get; init; }

    /// <summary>Gets the number of labels of its classification head; 0 where it has none.</summary>
    public required int Labels { get; init; }

    /// <summary>
    /// Gets the name, or else the number, of the label whose odds against all others are the score of a pair; null for a model with one
    /// label, and where no label is known to mean relevance.
    /// </summary>
    public string? RelevantLabel { get; init; }

    /// <summary>
    /// Gets the scale of its scores. For a cross-encoder: probability with a <see cref="Calibration"/>, else logit or probability by the
    /// first activation that <c>config_sentence_transformers.json</c> or <c>config.json</c> names, and probability where none does. Cosine
    /// for an embedder, unspecified for a classifier.
    /// </summary>
    public required ScoreScale ScoreScale { get; init; }

    /// <summary>Gets how a cross-encoder's logits become probabilities; null where its folder has no calibration.</summary>
    public LocalCalibration? Calibration { get; init; }

    /// <summary>Gets how many tokens it reads, special tokens counted.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Gets the number of its transformer layers; 0 for a static embedder, which has none.</summary>
    public required int Layers { get; init; }

    /// <summary>Gets the width of its hidden state, which is an embedder's number of dimensions where a call asks for no fewer.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Gets the number of its parameters as stored.</summary>
    public required long Parameters { get; init; }

    /// <summary>Gets how its weights are stored, such as <c>F32</c> or <c>I8 (int8-per-row)</c>.</summary>
    public required string Storage { get; init; }

    /// <summary>Gets what the weights of its layers are kept as in memory.</summary>
    public LocalWeightType WeightType { get; init; }

    /// <summary>
    /// Gets the arithmetic of its linear layers: <see cref="LocalPrecision.Single"/> or <see cref="LocalPrecision.Int8"/>. Read from a
    /// folder, it is what the model runs with if the options leave it open.
    /// </summary>
    public LocalPrecision Precision { get; init; } = LocalPrecision.Single;

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

    /// <summary>
    /// Refuses to answer for a model of another name: nobody may get another model's results than those that were asked for.
    /// </summary>
    internal static void ThrowUnlessNamed(string? asked, string modelId)
    {
        if (asked is not null && !string.Equals(asked, modelId, StringComparison.OrdinalIgnoreCase))
        {
            throw new NotSupportedException(
                $"The options ask for the model '{asked}', but this is '{modelId}'. Leave ModelId null, or load the other model.");
        }
    }

    /// <summary>
    /// Reads the facts of a model, and checks that its configuration and the shapes of its weights belong together, and that nothing in its
    /// configuration changes scores in a way that is not supported.
    /// </summary>
    /// <param name="folder">The model's folder, in the Hugging Face layout.</param>
    /// <returns>The facts.</returns>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is blank.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The configuration or the weights are missing.</exception>
    /// <exception cref="InvalidDataException">A file is corrupt, or two of them contradict each other.</exception>
    /// <exception cref="NotSupportedException">The architecture, its head or the way its weights are stored is not supported.</exception>
    public static LocalModelInfo Read(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        using var model = IOpenedModel.Open(folder);
        return model.Info;
    }

    /// <summary>
    /// Reads which stored tensors nothing here computes with; known constants aside. A cross-encoder should have none but leftovers of its
    /// pre-training: others may be a part of the model that is not computed.
    /// </summary>
    /// <param name="folder">The model's folder, in the Hugging Face layout.</param>
    /// <returns>The tensors' names, without the model's own prefix, in ordinal order.</returns>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is blank.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The configuration or the weights are missing.</exception>
    /// <exception cref="InvalidDataException">A file is corrupt, or two of them contradict each other.</exception>
    /// <exception cref="NotSupportedException">The architecture, its head or the way its weights are stored is not supported.</exception>
    public static IReadOnlyList<string> ReadUnusedTensors(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        using var model = IOpenedModel.Open(folder);
        return [.. model.Weights.WeightNames.Except(model.TensorNames)];
    }

    /// <summary>
    /// Reads the model's fingerprint: a hash of its weights, configuration, tokenizer and calibration, with how many tokens it reads.
    /// </summary>
    /// <param name="folder">The model's folder, in the Hugging Face layout.</param>
    /// <returns>The fingerprint that the loaded model answers with, if its options leave the limit of tokens and the label alone.</returns>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is blank.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The configuration or the weights are missing.</exception>
    /// <exception cref="InvalidDataException">A file is corrupt, or two of them contradict each other.</exception>
    /// <exception cref="NotSupportedException">The architecture, its head or the way its weights are stored is not supported.</exception>
    public static ModelFingerprint ReadFingerprint(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        using var model = IOpenedModel.Open(folder);
        return FolderFingerprint.Compute(folder, model.Info, model.Weights);
    }
}
