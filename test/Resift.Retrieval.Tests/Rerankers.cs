using Resift.Testing;

namespace Resift.Retrieval.Tests;

/// <summary>Rerankers whose behaviour a test states in one line.</summary>
internal static class Rerankers
{
    /// <summary>Scores each text by a table.</summary>
    public static TestReranker Scoring(ScoreScale scale, params (string Text, double Score)[] table) => Answering((_, texts) =>
        RerankResponse.Create([.. texts.Select(text => table.First(row => row.Text == text).Score)], scale, null));

    /// <summary>Answers at once.</summary>
    public static TestReranker Answering(Func<string, IReadOnlyList<string>, RerankResponse> answer) => new()
    {
        RerankAsyncCallback = (query, texts, _, _) => Task.FromResult(answer(query, texts)),
    };

    /// <summary>Fails.</summary>
    public static TestReranker Failing(Exception exception) => new()
    {
        RerankAsyncCallback = (_, _, _, _) => Task.FromException<RerankResponse>(exception),
    };

    /// <summary>Answers when the test lets it, and listens to no token.</summary>
    public static TestReranker Deaf(Task<RerankResponse> answer) => new() { RerankAsyncCallback = (_, _, _, _) => answer };

    /// <summary>Waits until its token is cancelled.</summary>
    public static TestReranker Listening(Action? started = null) => new()
    {
        RerankAsyncCallback = async (_, _, _, cancellationToken) =>
        {
            started?.Invoke();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("Nothing but the token ends this call.");
        },
    };
}
