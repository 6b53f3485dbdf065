using System.Collections.Concurrent;

namespace Resift.Retrieval.Tests;

/// <summary>A first stage for tests: gives what it was told to, and notes what it was asked for.</summary>
internal sealed class ScriptedRetriever(Func<string, CancellationToken, Task<RetrievalResponse>> answer) : IRetriever
{
    public ScriptedRetriever(RetrievalResponse response)
        : this((_, _) => Task.FromResult(response))
    {
    }

    public ScriptedRetriever(params string[] texts)
        : this(new RetrievalResponse([.. texts.Select((text, index) => Candidate(text, 10 - index))]))
    {
    }

    public string Name { get; init; } = "scripted";

    public ConcurrentQueue<RetrievalOptions?> Asked { get; } = [];

    public Task<RetrievalResponse> RetrieveAsync(
        string query, RetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        Asked.Enqueue(options);
        return answer(query, cancellationToken);
    }

    /// <summary>Makes a whole document whose id is its text.</summary>
    public static Candidate Candidate(string text, double score) => new(new(text, text), score);

    /// <summary>Makes a passage whose id and text are its document's id and its number.</summary>
    public static Candidate Passage(string document, int number, double score) =>
        new(new($"{document}{number}", $"{document}{number}") { Location = new(document, number, 1) }, score);
}
