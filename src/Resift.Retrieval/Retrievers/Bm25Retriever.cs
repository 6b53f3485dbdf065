namespace Resift.Retrieval;

/// <summary>Finds documents by their words, in memory, with BM25.</summary>
/// <remarks>
/// <para>
/// The score is Σ idf(t) · tf / (tf + k1 · (1 - b + b · length / average length)) over the terms t of the query, a repeated term counted
/// as often as it occurs, with idf(t) = ln(1 + (N - n + 0.5) / (n + 0.5)), where n of N documents have the term: BM25 (Robertson and
/// Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009) with the idf of Lucene, which is never negative, and
/// without the constant factor k1 + 1, as Lucene has it since version 8. Lengths are exact; Lucene rounds them to one byte.
/// </para>
/// <para>Immutable and safe for concurrent use. A query without a known term finds nothing.</para>
/// </remarks>
public sealed class Bm25Retriever : IRetriever
{
    private readonly InMemoryDocuments _documents;
    private readonly Bm25Options _options;
    private readonly Dictionary<string, Posting[]> _postings;
    private readonly int[] _lengths;
    private readonly double _averageLength;

    /// <summary>Indexes documents.</summary>
    /// <param name="documents">The documents; each with an id of its own.</param>
    /// <param name="options">How texts are read and scored; null for the defaults.</param>
    /// <exception cref="ArgumentException">Two documents have one id, or a document is null.</exception>
    public Bm25Retriever(IEnumerable<SearchDocument> documents, Bm25Options? options = null)
    {
        _documents = new(documents);
        _options = options?.Clone() ?? new();
        _lengths = new int[_documents.Count];
        var postings = new Dictionary<string, List<Posting>>(StringComparer.Ordinal);
        for (int i = 0; i < _documents.Count; i++)
        {
            var terms = _options.Analyzer(_options.Template.TextOf(_documents[i]));
            _lengths[i] = terms.Count;
            foreach (var (term, count) in terms.CountBy(term => term, StringComparer.Ordinal))
            {
                if (!postings.TryGetValue(term, out var list))
                {
                    postings.Add(term, list = []);
                }

                list.Add(new(i, count));
            }
        }

        _postings = postings.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal);
        _averageLength = _lengths.DefaultIfEmpty(0).Average();
    }

    /// <inheritdoc />
    /// <remarks><c>bm25</c>.</remarks>
    public string Name => "bm25";

    /// <inheritdoc />
    public Task<RetrievalResponse> RetrieveAsync(
        string query, RetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        cancellationToken.ThrowIfCancellationRequested();
        options ??= new();
        double[] scores = new double[_documents.Count];
        foreach (var (term, count) in _options.Analyzer(query).CountBy(term => term, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            AddScores(term, count, scores);
        }

        var best = new BestDocuments(options.Candidates);
        for (int i = 0; i < scores.Length; i++)
        {
            if (scores[i] > 0 && _documents.Matches(i, options.Filter))
            {
                best.Add(i, scores[i]);
            }
        }

        var candidates = best.Sorted().Select((found, place) => new Candidate(_documents[found.Index], found.Score)
        {
            ScoreScale = ScoreScale.Unspecified,
            Source = Name,
            Stages = [new(Name, place + 1, found.Score, ScoreScale.Unspecified)],
        });
        return Task.FromResult(new RetrievalResponse([.. candidates]));
    }

    private void AddScores(string term, int count, double[] scores)
    {
        if (!_postings.TryGetValue(term, out var postings))
        {
            return;
        }

        double idf = Math.Log(1 + ((_documents.Count - postings.Length + 0.5) / (postings.Length + 0.5)));
        foreach (var (document, frequency) in postings)
        {
            double norm = _options.K1 * (1 - _options.B + (_options.B * _lengths[document] / _averageLength));
            scores[document] += count * idf * frequency / (frequency + norm);
        }
    }

    private readonly record struct Posting(int Document, int Frequency);
}
