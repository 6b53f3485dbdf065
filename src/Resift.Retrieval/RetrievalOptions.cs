namespace Resift.Retrieval;

/// <summary>What one call to a retriever wants.</summary>
/// <remarks>Not to be changed while a call reads it.</remarks>
public sealed class RetrievalOptions
{
    /// <summary>Gets or sets how many candidates are wanted at most; 50 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Candidates
    {
        get;
        set => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Candidates), value, "Candidates must be at least 1.");
    } = 50;

    /// <summary>Gets or sets what a document's metadata must fulfil; null for no condition.</summary>
    public MetadataFilter? Filter { get; set; }

    /// <summary>Creates a copy that can be changed without changing this one.</summary>
    /// <returns>The copy.</returns>
    public RetrievalOptions Clone() => new() { Candidates = Candidates, Filter = Filter };
}
