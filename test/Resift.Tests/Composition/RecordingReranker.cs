using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Resift.Testing;

namespace Resift.Tests.Composition;

/// <summary>
/// The innermost reranker of the composition tests: its scores are a hash of query and text, so that nothing but the right text gives the
/// right score, and it remembers what it was asked.
/// </summary>
internal sealed class RecordingReranker(bool isPointwise = true) : IReranker
{
    public const string Model = "recorder";

    private const int RoomForTexts = 12;

    private readonly RerankerMetadata _metadata = new("test")
    {
        DefaultModelId = Model,
        ScoreScale = ScoreScale.Probability,
        IsPointwise = isPointwise,
        MaxTokensPerPair = RoomForTexts + 2,
        SpecialTokensPerPair = 2,
    };

    /// <summary>Gets the texts of each call that it answered.</summary>
    public ConcurrentQueue<IReadOnlyList<string>> Answered { get; } = [];

    /// <summary>Gets or sets what happens before an answer.</summary>
    public Func<CancellationToken, Task> Weather { get; set; } = _ => Task.CompletedTask;

    public int Pairs => Answered.Sum(texts => texts.Count);

    public static int CountWords(ReadOnlySpan<char> text) => TestWords.Of(text.ToString()).Count();

    public static double Score(string query, string text) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{query}\n{text}"))[0] / 256.0;

    public async Task<RerankResponse> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        RerankArguments.ThrowIfChunking(options);
        await Weather(cancellationToken);
        Answered.Enqueue(documents);
        return RerankResponse.Create([.. documents.Select(text => Score(query, text))], ScoreScale.Probability, options?.TopN) with
        {
            ModelId = options?.ModelId ?? Model,
            Usage = new() { Pairs = documents.Count, InputTokens = 10 * documents.Count, EstimatedCost = 0.001m * documents.Count },
        };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is not null ? null
        : serviceType.IsInstanceOfType(this) ? this
        : serviceType == typeof(RerankerMetadata) ? _metadata
        : serviceType == typeof(TokenCounter) ? (TokenCounter)CountWords
        : null;

    public void Dispose()
    {
    }
}
