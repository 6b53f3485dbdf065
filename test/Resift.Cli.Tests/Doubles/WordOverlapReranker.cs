namespace Resift.Cli.Tests;

/// <summary>Scores a document by how many of the query's words it has, minus one, as a logit. Reads so many words and no more.</summary>
internal sealed class WordOverlapReranker(LocalModelOptions options) : IReranker
{
    /// <summary>Gets or sets what happens before a query is answered.</summary>
    public Func<string, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    public async Task<RerankResponse> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? callOptions = null, CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        cancellationToken.ThrowIfCancellationRequested();
        await Before(query, cancellationToken);
        int limit = options.MaxTokens ?? 50;
        string[][] words = [.. documents.Select(Words.Of)];
        var cut = words.Index().Where(item => item.Item.Length > limit)
            .Select(item => new TruncatedDocument(item.Index, item.Item.Length - limit)).ToArray();
        if (cut.Length > 0 && callOptions?.Truncation == TruncationPolicy.Error)
        {
            throw new ArgumentException($"Document {cut[0].Index} is too long.", nameof(documents));
        }

        var wanted = Words.Of(query).ToHashSet();
        double[] scores = [.. words.Select(text => text.Take(limit).Distinct().Count(wanted.Contains) - 1.0)];
        return RerankResponse.Create(scores, ScoreScale.Logit, callOptions?.TopN) with
        {
            ModelId = "word-overlap",
            Usage = new RerankUsage
            {
                Pairs = documents.Count,
                InputTokens = words.Sum(text => (long)Math.Min(text.Length, limit)),
                TruncatedDocuments = cut,
            },
        };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(RerankerMetadata) ? new RerankerMetadata("test") { ScoreScale = ScoreScale.Logit, IsPointwise = true } : null;

    public void Dispose()
    {
    }
}
