namespace Resift;

/// <summary>The documents of one call, the long ones cut into windows.</summary>
internal sealed class WindowedDocuments(TokenCounter countTokens, int windowTokens, int overlapTokens, int? maxTokensPerDocument)
{
    private readonly TextChunker _chunker = new(countTokens, windowTokens, Math.Min(overlapTokens, windowTokens / 2));
    private readonly List<string> _texts = [];
    private readonly List<(int Document, int Start, int Length)> _windows = [];
    private readonly List<TruncatedDocument> _truncated = [];
    private readonly List<int> _windowsOfDocument = [];

    /// <summary>Gets what is scored: documents and windows, in order.</summary>
    public IReadOnlyList<string> Texts => _texts;

    /// <summary>Gets a value indicating whether a document was cut into windows.</summary>
    public bool HasLongDocuments { get; private set; }

    public void Add(string document)
    {
        int index = _windowsOfDocument.Count;

        // A limit that one window satisfies is the inner reranker's to apply, and to report.
        int tokens = maxTokensPerDocument <= windowTokens ? 0 : countTokens(document);
        if (tokens <= windowTokens)
        {
            AddText(document, index, 0, document.Length);
            _windowsOfDocument.Add(1);
            return;
        }

        string head = document;
        if (tokens > maxTokensPerDocument)
        {
            head = document[..LengthOfHead(document, maxTokensPerDocument.Value)];
            _truncated.Add(new(index, tokens - countTokens(head)));
        }

        var chunks = _chunker.Chunk(head);
        if (chunks is [])
        {
            // A blank document has no windows, but keeps its place.
            chunks = [new(head, 0)];
        }

        foreach (var chunk in chunks)
        {
            AddText(chunk.Text, index, chunk.Start, chunk.Length);
        }

        _windowsOfDocument.Add(chunks.Count);
        HasLongDocuments = true;
    }

    /// <summary>Creates the response to the documents from that to their windows.</summary>
    public RerankResponse Merge(RerankResponse response, int? topN)
    {
        var best = new Dictionary<int, RerankResult>();
        foreach (var result in response.Results)
        {
            if (result.Index >= _windows.Count)
            {
                throw new RerankerException(
                    $"The response ranks text {result.Index}, but only {_windows.Count} were given to the reranker.");
            }

            // Results come best first and equal ones by rising index, so that the first of a document is its best.
            int document = _windows[result.Index].Document;
            best.TryAdd(document, result with { Index = document, Window = WindowOf(result.Index) });
        }

        return response.WithResults(best.Values, response.ScoreScale, topN) with
        {
            Usage = response.Usage is { } usage ? usage with { TruncatedDocuments = Truncated(usage) } : null,

            // They are about windows.
            Stages = [],
        };
    }

    private TruncatedDocument[] Truncated(RerankUsage usage) =>
    [
        .. usage.TruncatedDocuments
            .Select(window => window with { Index = _windows[window.Index].Document })
            .Concat(_truncated)
            .GroupBy(document => document.Index, document => document.TokensCut)
            .Select(document => new TruncatedDocument(document.Key, document.Sum()))
            .OrderBy(document => document.Index),
    ];

    private DocumentWindow? WindowOf(int window)
    {
        var (document, start, length) = _windows[window];
        return _windowsOfDocument[document] > 1 ? new(start, length, _windowsOfDocument[document]) : null;
    }

    private void AddText(string text, int document, int start, int length)
    {
        _texts.Add(text);
        _windows.Add((document, start, length));
    }

    // The longest beginning that has no more tokens, found by halving: a longer text has no fewer tokens, but for the word at its end.
    private int LengthOfHead(string document, int maxTokens)
    {
        int fits = 0;
        int tooLong = document.Length;
        while (tooLong - fits > 1)
        {
            int middle = fits + ((tooLong - fits) / 2);
            if (countTokens(document.AsSpan(0, middle)) <= maxTokens)
            {
                fits = middle;
            }
            else
            {
                tooLong = middle;
            }
        }

        return fits > 0 && char.IsSurrogatePair(document, fits - 1) ? fits - 1 : fits;
    }
}
