namespace Resift.Retrieval;

/// <summary>A place in an answer that refers to a passage by its number.</summary>
/// <param name="Number">The number that the model wrote.</param>
/// <param name="Passage">The passage with that number; null if the model was given none, so that the citation is invalid.</param>
/// <param name="Start">Where its bracket begins in the answer's text, in UTF-16 code units.</param>
/// <param name="Length">The length of its bracket, which may hold several numbers, in UTF-16 code units.</param>
public sealed record RagCitation(int Number, RagPassage? Passage, int Start, int Length)
{
    /// <summary>Gets a value indicating whether there is such a passage. Whether it says what the answer says is not known.</summary>
    public bool IsValid => Passage is not null;
}
