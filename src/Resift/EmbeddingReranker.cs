using System.Numerics.Tensors;
using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>Ranks documents by the cosine between their embeddings and the query's.</summary>
/// <remarks>
/// <para>
/// Query and documents go to the generator in one call, each different text once. A zero vector has no direction and scores 0.
/// </para>
/// <para>
/// A generator that cuts long texts says so with the number of tokens cut (an <see cref="int"/>) under the key <c>truncated_tokens</c> in
/// <see cref="Embedding.AdditionalProperties"/>. Where it says nothing, nothing is known to be truncated, and
/// <see cref="TruncationPolicy.Error"/> cannot bite.
/// </para>
/// </remarks>
public sealed class EmbeddingReranker : IReranker
{
    private const string TruncatedTokensKey = "truncated_tokens";

    private readonly IEmbeddingGenerator<string, Embedding<float>> _generator;
    private readonly bool _leaveOpen;
    private readonly RerankerMetadata _metadata;
    private bool _disposed;

    /// <summary>Makes a reranker of an embedding generator.</summary>
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
    /// The options have an <see cref="RerankOptions.Instruction"/> or <see cref="RerankOptions.MaxTokensPerDocument"/>, or ask for chunking.
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

        var batch = new TextBatch(query, documents);
        var generatorOptions = options?.ModelId is { } model ? new EmbeddingGenerationOptions { ModelId = model } : null;
        var embeddings = await _generator.GenerateAsync(batch.Texts, generatorOptions, cancellationToken).ConfigureAwait(false);
        batch.ThrowIfInvalid(embeddings);

        var truncated = Truncated(batch, embeddings);
        int queryTokensCut = TokensCut(embeddings[0]);
        if (options?.Truncation == TruncationPolicy.Error && queryTokensCut > 0)
        {
            throw new ArgumentException(TooLong("The query", queryTokensCut), nameof(query));
        }

        if (options?.Truncation == TruncationPolicy.Error && truncated is [var first, ..])
        {
            throw new ArgumentException(TooLong($"Document {first.Index}", first.TokensCut), nameof(documents));
        }

        double[] scores = [.. batch.TextOfDocument.Select(text => Cosine(embeddings[0].Vector.Span, embeddings[text].Vector.Span))];
        return Response(scores, options) with
        {
            ModelId = embeddings[0].ModelId ?? options?.ModelId ?? _metadata.DefaultModelId,
            Usage = new()
            {
                Pairs = documents.Count,
                InputTokens = embeddings.Usage?.InputTokenCount,
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

    private static TruncatedDocument[] Truncated(TextBatch batch, GeneratedEmbeddings<Embedding<float>> embeddings) =>
        [.. batch.TextOfDocument
            .Select((text, index) => new TruncatedDocument(index, TokensCut(embeddings[text])))
            .Where(document => document.TokensCut > 0)];

    private static int TokensCut(Embedding<float> embedding) =>
        embedding.AdditionalProperties is { } properties && properties.TryGetValue(TruncatedTokensKey, out int cut) ? cut : 0;

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

    /// <summary>The different texts of one call: the query first, and every document's place among them.</summary>
    private sealed class TextBatch
    {
        public TextBatch(string query, IReadOnlyList<string> documents)
        {
            Texts = [query];
            TextOfDocument = new int[documents.Count];
            var seen = new Dictionary<string, int>(StringComparer.Ordinal) { [query] = 0 };
            for (int i = 0; i < TextOfDocument.Length; i++)
            {
                if (!seen.TryGetValue(documents[i], out TextOfDocument[i]))
                {
                    seen.Add(documents[i], TextOfDocument[i] = Texts.Count);
                    Texts.Add(documents[i]);
                }
            }
        }

        public List<string> Texts { get; }

        public int[] TextOfDocument { get; }

        public void ThrowIfInvalid(GeneratedEmbeddings<Embedding<float>> embeddings)
        {
            if (embeddings.Count != Texts.Count)
            {
                throw new RerankerException($"The embedding generator gave {embeddings.Count} embeddings; {Texts.Count} were expected, " +
                    "one for each text.");
            }

            int dimensions = embeddings[0].Vector.Length;
            if (dimensions == 0)
            {
                throw new RerankerException("The embedding generator gave the query a vector of no dimensions.");
            }

            for (int i = 0; i < TextOfDocument.Length; i++)
            {
                int length = embeddings[TextOfDocument[i]].Vector.Length;
                if (length != dimensions)
                {
                    throw new RerankerException($"The embedding of document {i} has {length} dimensions, the query's has {dimensions}; " +
                        "both must come from one model.")
                    { DocumentIndex = i };
                }
            }
        }
    }
}
