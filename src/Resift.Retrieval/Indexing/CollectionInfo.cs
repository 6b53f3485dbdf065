namespace Resift.Retrieval;

/// <summary>What is known about a collection.</summary>
public sealed record CollectionInfo
{
    /// <summary>Gets the collection's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the name of the model whose vectors it holds; null before the first passage, or if the model told no name.</summary>
    public string? ModelId { get; init; }

    /// <summary>
    /// Gets what tells that model's weights and settings from every other's (<see cref="Resift.ModelFingerprint"/>); null before the first
    /// passage, or if the model told none.
    /// </summary>
    public string? ModelFingerprint { get; init; }

    /// <summary>Gets the name of the template that its texts were made by; null before the first document.</summary>
    public string? Template { get; init; }

    /// <summary>Gets how its documents were cut last (<see cref="CollectionOptions.Cut"/>); null if nobody told.</summary>
    public string? Cut { get; init; }

    /// <summary>Gets the number of dimensions of its vectors; null before the first passage.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Gets the number of documents.</summary>
    public required long Documents { get; init; }

    /// <summary>Gets the number of passages, each with its text and its vector.</summary>
    public required long Passages { get; init; }
}
