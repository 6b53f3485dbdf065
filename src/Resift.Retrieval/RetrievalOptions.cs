namespace Resift.Retrieval;

/// <summary>What one call to a retriever wants.</summary>
public sealed record RetrievalOptions
{
    /// <summary>How many candidates a search asks for unless told otherwise.</summary>
    public const int DefaultCandidates = 50;

    /// <summary>Gets how many candidates are wanted at most.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Candidates
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Candidates), value, "Candidates must be at least 1.");
    } = DefaultCandidates;

    /// <summary>Gets what a document's metadata must have: every key with exactly this value. Null for no condition.</summary>
    public IReadOnlyDictionary<string, string>? Filter { get; init; }
}
