namespace Resift;

/// <summary>A cross-encoder that runs on this machine, in managed code: it reads query and document together and scores the pair.</summary>
/// <remarks>
/// Safe for concurrent use: all calls share one queue, one set of weights and the threads of <see cref="LocalModelOptions"/>. A small call
/// goes before what is left of large ones, and these take turns. Documents are read on the thread pool while the call runs, one after the
/// other. A pair's score is bit-identical whatever else is scored with it, in whichever order, on however many threads (on one machine).
/// What the queue is doing is measured under <see cref="LocalModelTelemetry.MeterName"/>. Pairs that are too long are cut as Hugging Face's
/// <c>longest_first</c> does it, the document first unless the query is longer, and the usage says so.
/// A folder with a <see cref="LocalCalibration"/> gives probabilities by it; as a <see cref="ScoreScale.Logit"/> these are calibrated
/// log-odds,
/// from which <see cref="LocalCalibration.HeadLogit"/> leads back to what the model's head gave.
/// Disposing ends calls that have not begun with an <see cref="ObjectDisposedException"/>, and waits for the batches under way.
/// </remarks>
public sealed class LocalReranker : IReranker
{
    /// <summary>
    /// The key in <see cref="RerankResponse.AdditionalProperties"/> of the arithmetic that gave the scores, a <see cref="LocalPrecision"/>.
    /// </summary>
    public const string PrecisionKey = "resift.local.precision";

    private readonly LocalModel _model;
    private readonly PairScoring _scoring;
    private readonly RerankerMetadata _metadata;
    private volatile bool _disposed;

    private LocalReranker(LocalModel model)
    {
        _model = model;
        _scoring = new(model.Pairs, model.Queue, model.Info.ModelId, model.Info.ScoreScale)
        {
            Calibration = model.Info.Calibration,
            FollowsInstructions = model.Info.Instruction is not null,
        };
        _metadata = new(LocalModel.ProviderName)
        {
            DefaultModelId = model.Info.ModelId,
            ScoreScale = model.Info.ScoreScale,
            IsPointwise = true,
            MaxTokensPerPair = model.Info.MaxTokens,
            SpecialTokensPerPair = model.Pairs.SpecialTokensOfPair,
        };
    }

    /// <summary>
    /// Loads a cross-encoder of the BERT family (BERT, MiniLM, ELECTRA, DistilBERT, MPNet, RoBERTa, DeBERTa, JinaBERT, ModernBERT), or a
    /// reranker made of Qwen2, Qwen3 or T5, from a folder in the Hugging Face layout.
    /// </summary>
    /// <remarks>
    /// A language model (<c>Qwen3ForCausalLM</c>, <c>Qwen2ForCausalLM</c>) is asked about each pair by the chat template of Qwen3-Reranker
    /// or mxbai-rerank-v2; its score is the logarithm of the odds that it says yes, whose sigmoid is the score that their makers publish. A
    /// conversion with one label (<c>Qwen3ForSequenceClassification</c>) is asked the same way. A monoT5
    /// (<c>T5ForConditionalGeneration</c>) is asked by its prompt, and scored by how much likelier it answers true than false. Of a head
    /// with several labels the score is the softmax of the one that means relevance (<see cref="LocalModelOptions.RelevantLabel"/>), or its
    /// odds where the scale is logits.
    /// </remarks>
    /// <param name="folder">The folder with <c>config.json</c>, <c>model.safetensors</c> and the tokenizer's files.</param>
    /// <param name="options">How it runs; null for the defaults.</param>
    /// <returns>The reranker; whoever loads it disposes it.</returns>
    /// <exception cref="ArgumentException">The options name a label that the model does not have.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder is missing.</exception>
    /// <exception cref="InvalidDataException">A file is corrupt, or files contradict each other.</exception>
    /// <exception cref="NotSupportedException">The model is sound, but not a cross-encoder of a supported architecture.</exception>
    public static LocalReranker Load(string folder, LocalModelOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new(LocalModel.Load(folder, LocalModelKind.CrossEncoder, options));
    }

    /// <inheritdoc />
    /// <exception cref="NotSupportedException">
    /// The options carry an instruction that this model does not follow, as <see cref="LocalModelInfo.Instruction"/> says, ask for another
    /// model, or for chunking.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The query or a document is null, the instruction leaves texts no room, or a text is too long and may not be cut.
    /// </exception>
    /// <exception cref="RerankerException">A logit is NaN; the exception names the document.</exception>
    public async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return await _scoring.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false) with
        {
            AdditionalProperties = new() { [PrecisionKey] = _model.Info.Precision },
        };
    }

    /// <inheritdoc />
    /// <remarks>
    /// Answers for <see cref="RerankerMetadata"/>, <see cref="LocalModelInfo"/>, <see cref="ModelFingerprint"/> (a hash of the model's
    /// files, which are read when it is first asked for), <see cref="TokenCounter"/>, and the reranker itself.
    /// </remarks>
    /// <exception cref="IOException">The fingerprint is asked for, and the model's files are no longer there.</exception>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceType switch
        {
            _ when serviceKey is not null => null,
            _ when serviceType == typeof(RerankerMetadata) => _metadata,
            _ when serviceType == typeof(LocalModelInfo) => _model.Info,
            _ when serviceType == typeof(ModelFingerprint) => _model.Fingerprint,
            _ when serviceType == typeof(TokenCounter) => _model.TokenCounter,
            _ => serviceType.IsInstanceOfType(this) ? this : null,
        };
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _disposed = true;
        _model.Dispose();
    }
}
