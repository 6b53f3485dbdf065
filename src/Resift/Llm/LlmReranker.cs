using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>What the rerankers that ask a chat model have in common: listwise, pointwise and pairwise.</summary>
/// <remarks>
/// <para>
/// Query and documents stand escaped between tags in the prompt, so that none can close its own; what a text says may still sway a model.
/// The same call makes the same prompts. Texts that are too long are cut, and the response's usage says so.
/// </para>
/// <para>
/// Answers that cannot be read leave the order as it is and are counted in the response's <see cref="RerankResponse.LlmReport"/>.
/// Exceptions of the client pass through, but for the refusal of a temperature or a response format, which are then left out (see
/// <see cref="LenientChatClient"/>). The rerankers follow an <see cref="RerankOptions.Instruction"/>.
/// </para>
/// </remarks>
public abstract class LlmReranker : IReranker
{
    private readonly IChatClient _client;
    private readonly LenientChatClient _lenient;
    private readonly LlmRerankerOptions _options;
    private readonly bool _leaveOpen;
    private readonly RerankerMetadata _metadata;
    private bool _disposed;

    private protected LlmReranker(
        IChatClient client, LlmRerankerOptions options, bool leaveOpen, ScoreScale scoreScale, bool isPointwise)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _lenient = new(client);
        _options = options;
        _leaveOpen = leaveOpen;
        var metadata = client.GetService<ChatClientMetadata>();
        _metadata = new(metadata?.ProviderName ?? "unknown")
        {
            ProviderUri = metadata?.ProviderUri,
            DefaultModelId = metadata?.DefaultModelId,
            ScoreScale = scoreScale,
            IsPointwise = isPointwise,
            MaxDocuments = options.MaxDocuments,
        };
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">
    /// As the interface says; or there are more documents than the options allow; or a text is too long and the policy is
    /// <see cref="TruncationPolicy.Error"/>.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// The options have <see cref="RerankOptions.MaxTokensPerDocument"/>, and this reranker has no counter of tokens.
    /// </exception>
    public async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        ThrowIfNotSupported(documents, options);
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        string? modelId = options?.ModelId ?? _metadata.DefaultModelId;
        if (documents.Count == 0)
        {
            var nothing = RerankResponse.Create(Array.Empty<double>(), _metadata.ScoreScale, options?.TopN);
            return nothing with { ModelId = modelId, Usage = new() };
        }

        var request = LlmRequest.Create(query, documents, options, _options);
        var conversation = new Conversation(_lenient, _options, options?.ModelId, ThrowIfDisposed);
        var ranking = await RankAsync(request, conversation, cancellationToken).ConfigureAwait(false);
        var results = ranking.Scores.Select((score, index) => new RerankResult(index, score)
        {
            IsUnscored = ranking.Unscored.Contains(index),
        });
        return RerankResponse.Create(results, _metadata.ScoreScale, options?.TopN) with
        {
            ModelId = conversation.ModelId ?? modelId,
            DegradedReason = ranking.DegradedReason,
            Usage = new()
            {
                Pairs = ranking.Pairs,
                InputTokens = conversation.InputTokens,
                TruncatedDocuments = request.TruncatedDocuments,
                QueryTokensCut = request.QueryTokensCut,
            },
            LlmReport = conversation.AddTo(ranking.Report),
        };
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this
            : serviceKey is null && serviceType == typeof(RerankerMetadata) ? _metadata
            : _client.GetService(serviceType, serviceKey);
    }

    /// <summary>Disposes the chat client, unless it was to be left open.</summary>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _disposed, true) && !_leaveOpen)
        {
            _client.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Ranks one document or more.</summary>
    private protected abstract Task<LlmRanking> RankAsync(
        LlmRequest request, Conversation conversation, CancellationToken cancellationToken);

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);

    private void ThrowIfNotSupported(IReadOnlyList<string> documents, RerankOptions? options)
    {
        RerankArguments.ThrowIfChunking(options);
        if (documents.Count > _options.MaxDocuments)
        {
            throw new ArgumentException(
                $"There are {documents.Count} documents; at most {_options.MaxDocuments} were expected, since each costs requests. " +
                "Let a cheaper reranker choose the best of them first, or raise MaxDocuments in the reranker's options.",
                nameof(documents));
        }

        if (options?.MaxTokensPerDocument is not null && _options.CountTokens is null)
        {
            throw new NotSupportedException("This reranker cannot count the model's tokens. Leave MaxTokensPerDocument null and set " +
                "MaxCharactersPerDocument in the reranker's options, or give them CountTokens.");
        }
    }
}
