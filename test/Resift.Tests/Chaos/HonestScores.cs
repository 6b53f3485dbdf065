using Resift.Testing;

namespace Resift.Tests.Chaos;

/// <summary>The scores that a document would get on a good day, which tests and servers work out for themselves.</summary>
internal static class HonestScores
{
    /// <summary>Gives a number above 0 and below 1, from an FNV-1a hash of both texts.</summary>
    public static double Of(string query, string document)
    {
        uint hash = 2166136261;
        foreach (char letter in $"{query}\n{document}")
        {
            hash = (hash ^ letter) * 16777619;
        }

        return ((hash % 9_973) + 1) / 10_000.0;
    }

    /// <summary>Gives the scores that another model would have on the scale of logits: another order, and no probabilities.</summary>
    public static double Logit(string query, string document) => 5 - (10 * Of(query, document));

    /// <summary>Makes a reranker that gives these scores, after whatever a day's weather does.</summary>
    public static TestReranker Reranker(ScoreScale scale, Func<CancellationToken, Task> weather) => new()
    {
        Metadata = new("honest") { DefaultModelId = $"honest {scale}", ScoreScale = scale, IsPointwise = true },
        RerankAsyncCallback = async (query, documents, options, token) =>
        {
            await weather(token);
            return Response(query, documents, scale, options?.TopN);
        },
    };

    public static RerankResponse Response(string query, IReadOnlyList<string> documents, ScoreScale scale, int? topN) =>
        RerankResponse.Create(
            [.. documents.Select(document => scale == ScoreScale.Logit ? Logit(query, document) : Of(query, document))], scale, topN);
}
