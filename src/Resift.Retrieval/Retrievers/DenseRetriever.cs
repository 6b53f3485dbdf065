using System.Numerics.Tensors;
using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>Finds documents by their meaning, in memory: by the exact cosine between their embeddings and the query's.</summary>
/// <remarks>
/// Made for small sets: every search looks at every vector, all of them are kept in one array of 4 bytes a number, and their number
/// times their dimensions is below 2³¹. Safe for concurrent use if the generator is. A zero vector has no direction and scores 0.
/// </remarks>
public sealed class DenseRetriever : IRetriever
{
    private const int BatchSize = 64;

    // How many documents are scored between two looks at the cancellation token.
    private const int CancellationStep = 4096;

    private readonly InMemoryDocuments _documents;
    private readonly TextEmbedder _embedder;
    private readonly float[] _vectors;

    private DenseRetriever(InMemoryDocuments documents, TextEmbedder embedder, float[] vectors)
    {
        _documents = documents;
        _embedder = embedder;
        _vectors = vectors;
    }

    /// <inheritdoc />
    /// <remarks><c>dense</c>.</remarks>
    public string Name => "dense";

    /// <summary>Embeds documents.</summary>
    /// <param name="documents">The documents; each with an id of its own.</param>
    /// <param name="generator">
    /// Embeds the documents now and the queries later, and is told which by <see cref="EmbeddingProperties.PurposeKey"/>; it is not
    /// disposed.
    /// </param>
    /// <param name="progress">Gets the number of documents that are embedded; null for nobody.</param>
    /// <param name="template">
    /// Creates the text of a document that is embedded; null for <see cref="PassageTemplate.TitleAndHeadings"/>. Where the generator tells
    /// that it cut a text, the prefix is shortened by that.
    /// </param>
    /// <param name="cancellationToken">Stops the embedding.</param>
    /// <returns>The retriever.</returns>
    /// <exception cref="ArgumentException">Two documents have one id, or a document is null.</exception>
    /// <exception cref="RerankerException">The generator gave nonsense, such as vectors of different dimensions.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<DenseRetriever> CreateAsync(
        IEnumerable<SearchDocument> documents,
        IEmbeddingGenerator<string, Embedding<float>> generator,
        IProgress<int>? progress = null,
        PassageTemplate? template = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        var all = new InMemoryDocuments(documents);
        var embedder = new TextEmbedder(generator);
        float[] vectors = [];
        for (int start = 0; start < all.Count; start += BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SearchDocument[] next = [.. Enumerable.Range(start, Math.Min(BatchSize, all.Count - start)).Select(index => all[index])];
            float[][] batch = await embedder.EmbedAsync(next, template ?? PassageTemplate.TitleAndHeadings, cancellationToken)
                .ConfigureAwait(false);
            if (start == 0)
            {
                vectors = new float[Size(all.Count, embedder.Dimensions)];
            }

            for (int i = 0; i < batch.Length; i++)
            {
                batch[i].CopyTo(vectors, (start + i) * embedder.Dimensions);
            }

            progress?.Report(start + batch.Length);
        }

        return new(all, embedder, vectors);
    }

    /// <inheritdoc />
    /// <exception cref="RerankerException">The generator gave the query a vector of other dimensions than the documents have.</exception>
    public async Task<RetrievalResponse> RetrieveAsync(
        string query, RetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        cancellationToken.ThrowIfCancellationRequested();
        options ??= new();
        if (_documents.Count == 0)
        {
            return new([]);
        }

        var (wanted, usage, cut) = await _embedder.EmbedAsync(query, cancellationToken).ConfigureAwait(false);
        var best = new BestDocuments(options.Candidates);
        for (int i = 0; i < _documents.Count; i++)
        {
            if (i % CancellationStep == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (_documents.Matches(i, options.Filter))
            {
                // Rounding may carry the product of parallel unit vectors a little beyond 1.
                best.Add(i, Math.Clamp(TensorPrimitives.Dot(wanted, Vector(i).Span), -1f, 1f));
            }
        }

        var candidates = best.Sorted().Select((found, place) => new Candidate(_documents[found.Index], found.Score)
        {
            ScoreScale = ScoreScale.Cosine,
            Source = Name,
            Embedding = Vector(found.Index),
            Stages = [new(Name, place + 1, found.Score, ScoreScale.Cosine)],
        });
        return new([.. candidates]) { QueryEmbedding = wanted, Usage = usage, QueryTokensCut = cut };
    }

    private static int Size(int documents, int dimensions) => documents * (long)dimensions <= Array.MaxLength
        ? documents * dimensions
        : throw new ArgumentException(
            $"{documents} documents of {dimensions} dimensions are too many for one array in memory. Use an index in a file, or a vector " +
            "store.",
            nameof(documents));

    private ReadOnlyMemory<float> Vector(int index) => _vectors.AsMemory(index * _embedder.Dimensions, _embedder.Dimensions);
}
