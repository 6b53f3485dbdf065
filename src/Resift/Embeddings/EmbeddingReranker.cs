using System.Numerics.Tensors;
using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>Ranks documents by the cosine between their embeddings and the query's.</summary>
/// <remarks>
/// <para>
/// The generator is called twice, for the query and then for the documents, each different text of these once; what it embeds is said by
/// <see cref="EmbeddingProperties.PurposeKey"/> in its options. A zero vector has no direction and scores 0.
/// </para>
/// <para>
/// A generator that cuts long texts says so by <see cref="EmbeddingProperties.TruncatedTokensKey"/>. Where it says nothing, nothing is
/// known to be truncated, and <see cref="TruncationPolicy.Error"/> cannot bite.
/// </para>
/// </remarks>
public sealed class EmbeddingReranker : IReranker
{
    private readonly IEmbeddingGenerator<string, Embedding<float>> _generator;
    private readonly bool _leaveOpen;
    private readonly RerankerMetadata _metadata;
    private bool _disposed;

    /// <summary>Creates a reranker of an embedding generator.</summary>
    /// <param name="generator">Embeds the query and the documents.</param>
    /// <param name="leaveOpen">
    /// False if this reranker owns the generator and disposes it; true if somebody else, such as a container, does.
    /// </param>
    public EmbeddingReranker(IEmbeddingGenerator<string, Embedding<float>> generator, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(generator);
        _generator = generator;
        _leaveOpen = leaveOpen;
        var metadata = generator.GetService<EmbeddingGeneratorMetadata>();
        _metadata = new(metadata?.ProviderName ?? "unknown")
        {
            ProviderUri = metadata?.ProviderUri,
            DefaultModelId = metadata?.DefaultModelId,
            ScoreScale = ScoreScale.Cosine,
            IsPointwise = true,
        };
    }

    /// <inheritdoc />
    /// <exception cref="NotSupportedException">
    /// The options have an <see cref="RerankOptions.Instruction"/> or
    /// <see cref="RerankOptions.MaxTokensPerDocument"/>, or ask for chunking.
    /// </exception>
    public async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        ThrowIfNotSupported(options);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        cancellationToken.ThrowIfCancellationRequested();
        if (documents.Count == 0)
        {
            return Response([], options) with { ModelId = options?.ModelId ?? _metadata.DefaultModelId, Usage = new() };
        }

        var asked = await _generator.EmbedAsync([query], EmbeddingPurpose.Query, options?.ModelId, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        int queryTokensCut = asked[0].GetTruncatedTokens();
        if (options?.Truncation == TruncationPolicy.Error && queryTokensCut > 0)
        {
            throw new ArgumentException(TooLong("The query", queryTokensCut), nameof(query));
        }

        string[] texts = [.. documents.Distinct(StringComparer.Ordinal)];
        var embeddings = await _generator.EmbedAsync(
            texts,
            EmbeddingPurpose.Document,
            options?.ModelId,
            asked[0].Vector.Length,
            text => documents.Index().First(document => document.Item == texts[text]).Index,
            cancellationToken: cancellationToken).ConfigureAwait(false);
        var embeddingOf = texts.Zip(embeddings).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        Embedding<float>[] answers = [.. documents.Select(document => embeddingOf[document])];
        var truncated = Truncated(answers);
        if (options?.Truncation == TruncationPolicy.Error && truncated is [var first, ..])
        {
            throw new ArgumentException(TooLong($"Document {first.Index}", first.TokensCut), nameof(documents));
        }

        double[] scores = [.. answers.Select(answer => Cosine(asked[0].Vector.Span, answer.Vector.Span))];
        return Response(scores, options) with
        {
            ModelId = asked[0].ModelId ?? options?.ModelId ?? _metadata.DefaultModelId,
            Usage = new()
            {
                Pairs = documents.Count,
                InputTokens = asked.Usage?.InputTokenCount + embeddings.Usage?.InputTokenCount,
                TruncatedDocuments = truncated,
                QueryTokensCut = queryTokensCut,
            },
        };
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? _generator.GetService(serviceType, serviceKey)
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType == typeof(RerankerMetadata) ? _metadata
            : serviceType == typeof(ModelFingerprint) ? _generator.GetService<ModelFingerprint>()?.Derive("cosine")
            : _generator.GetService(serviceType);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _disposed, true) && !_leaveOpen)
        {
            _generator.Dispose();
        }
    }

    private static RerankResponse Response(double[] scores, RerankOptions? options) =>
        RerankResponse.Create(scores, ScoreScale.Cosine, options?.TopN);

    private static double Cosine(ReadOnlySpan<float> query, ReadOnlySpan<float> document)
    {
        float cosine = TensorPrimitives.CosineSimilarity(query, document);
        if (float.IsNaN(cosine) && (!query.ContainsAnyExcept(0f) || !document.ContainsAnyExcept(0f)))
        {
            return 0;
        }

        // Rounding may carry the cosine of parallel vectors a little beyond its range.
        return Math.Clamp(cosine, -1f, 1f);
    }

    private static TruncatedDocument[] Truncated(IEnumerable<Embedding<float>> answers) =>
        [.. answers
            .Select((answer, index) => new TruncatedDocument(index, answer.GetTruncatedTokens()))
            .Where(document => document.TokensCut > 0)];

    private static void ThrowIfNotSupported(RerankOptions? options)
    {
        RerankArguments.ThrowIfChunking(options);
        if (options?.Instruction is not null)
        {
            throw new NotSupportedException("An embedding generator follows no instructions. Leave Instruction null, or use a reranker " +
                "that follows them.");
        }

        if (options?.MaxTokensPerDocument is not null)
        {
            throw new NotSupportedException("An embedding generator takes no limit for each document, and only it knows its tokens. " +
                "Leave MaxTokensPerDocument null and limit the generator itself, or shorten the documents.");
        }
    }

    private static string TooLong(string what, int tokensCut) =>
        $"{what} is longer than the model reads, by {tokensCut} tokens, and the truncation policy is Error. Shorten it, or choose the " +
        "policy Truncate.";
}
