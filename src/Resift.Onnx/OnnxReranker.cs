namespace Resift;

/// <summary>A cross-encoder as an ONNX graph, on ONNX Runtime: any architecture that was exported, on the CPU or a GPU.</summary>
/// <remarks>
/// <para>
/// It scores as <see cref="LocalReranker"/> does: the same tokens, heads, scales, calibration and truncation, by the same files. Prefer
/// that one for the architectures that it computes: it needs no native library and no padding. A pair's score depends in its last digits
/// on what else is in its batch, since the runtime's arithmetic depends on shapes.
/// </para>
/// <para>
/// Safe for concurrent use: calls take turns batch by batch, <see cref="OnnxModelOptions.ConcurrentRuns"/> of them at once. Cancelling a
/// call stops its batches under way. Disposing waits for these, and ends calls that are not done with an
/// <see cref="ObjectDisposedException"/>.
/// </para>
/// </remarks>
public sealed class OnnxReranker : IReranker
{
    private readonly OnnxModel _model;
    private readonly PairScoring _scoring;
    private readonly RerankerMetadata _metadata;
    private volatile bool _disposed;

    private OnnxReranker(OnnxModel model)
    {
        _model = model;
        _scoring = new(model.Pairs, model.Runner, model.Info.ModelId, model.Info.ScoreScale)
        {
            Calibration = model.Info.Calibration,
            FollowsInstructions = model.Info.Instruction is not null,
        };
        _metadata = new(OnnxModel.ProviderName)
        {
            DefaultModelId = model.Info.ModelId,
            ScoreScale = model.Info.ScoreScale,
            IsPointwise = true,
            MaxTokensPerPair = model.Info.MaxTokens,
            SpecialTokensPerPair = model.Pairs.SpecialTokensOfPair,
        };
    }

    /// <summary>Loads a cross-encoder from a folder in the Hugging Face layout, and tries it on a short input.</summary>
    /// <remarks>
    /// The graph has the inputs <c>input_ids</c> and, as it wants them, <c>attention_mask</c>, <c>token_type_ids</c> and
    /// <c>position_ids</c>, and the output <c>logits</c>, or a single one: a row of labels for each pair, or for Qwen2 and Qwen3 the words
    /// that follow each token, which the chat template of Qwen3-Reranker or mxbai-rerank-v2 asks for. Positions count from 0. Code in the
    /// folder is never run. T5, which is two graphs, is not supported.
    /// </remarks>
    /// <param name="folder">
    /// The folder with <c>config.json</c>, the tokenizer's files, and <c>model.onnx</c> or <c>onnx/model.onnx</c>.
    /// </param>
    /// <param name="options">How it runs; null for the defaults.</param>
    /// <returns>The reranker; whoever loads it disposes it.</returns>
    /// <exception cref="ArgumentException">The options name a label that the model does not have, or more tokens than it reads.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder is missing.</exception>
    /// <exception cref="InvalidDataException">A file is corrupt, or files contradict each other.</exception>
    /// <exception cref="NotSupportedException">The graph is sound, but not that of a cross-encoder, or wants other inputs.</exception>
    public static OnnxReranker Load(string folder, OnnxModelOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new(OnnxModel.Load(folder, LocalModelKind.CrossEncoder, options));
    }

    /// <inheritdoc />
    /// <exception cref="NotSupportedException">
    /// The options carry an instruction that this model does not follow, as <see cref="OnnxModelInfo.Instruction"/> says, ask for another
    /// model, or for chunking.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The query or a document is null, the instruction leaves texts no room, or a text is too long and may not be cut.
    /// </exception>
    /// <exception cref="RerankerException">A logit is NaN (the exception names the document), or the runtime failed.</exception>
    public async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return await _scoring.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    /// <remarks>
    /// Answers for <see cref="RerankerMetadata"/>, <see cref="OnnxModelInfo"/>, <see cref="ModelFingerprint"/> (a hash of the graph and the
    /// folder's files, which are read when it is first asked for), <see cref="TokenCounter"/>, and the reranker itself.
    /// </remarks>
    /// <exception cref="IOException">The fingerprint is asked for, and the model's files are no longer there.</exception>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceType switch
        {
            _ when serviceKey is not null => null,
            _ when serviceType == typeof(RerankerMetadata) => _metadata,
            _ when serviceType == typeof(OnnxModelInfo) => _model.Info,
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
