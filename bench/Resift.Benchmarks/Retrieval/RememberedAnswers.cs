using Resift.Retrieval;

namespace Resift.Benchmarks;

/// <summary>A first stage that was asked before, for a search whose other settings vary.</summary>
internal sealed class RememberedRetriever(string name, RetrievalResponse response) : IRetriever
{
    public string Name => name;

    public Task<RetrievalResponse> RetrieveAsync(
        string query, RetrievalOptions? options = null, CancellationToken cancellationToken = default) => Task.FromResult(response);
}

/// <summary>A pointwise reranker's scores of one query's documents, so that a document in several lists is scored once.</summary>
internal sealed class RememberedScores : IReranker
{
    private readonly Dictionary<string, double> _scores;
    private readonly ScoreScale _scale;

    public RememberedScores(IReadOnlyList<string> texts, RerankResponse response)
    {
        _scores = response.Results.ToDictionary(result => texts[result.Index], result => result.Score);
        _scale = response.ScoreScale;
    }

    public Task<RerankResponse> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(RerankResponse.Create([.. documents.Select(text => _scores[text])], _scale, options?.TopN));

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
