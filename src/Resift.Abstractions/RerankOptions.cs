using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>What one call to a reranker wants. Everything left null means "as the reranker does by default".</summary>
/// <remarks>Not safe for concurrent modification; a reranker reads it and never changes it.</remarks>
public class RerankOptions
{
    /// <summary>Creates options that ask for nothing in particular.</summary>
    public RerankOptions()
    {
    }

    /// <summary>Creates a copy of other options.</summary>
    /// <param name="other">The options to copy; <see cref="AdditionalProperties"/> is copied one level deep.</param>
    protected RerankOptions(RerankOptions other)
    {
        ArgumentNullException.ThrowIfNull(other);
        TopN = other.TopN;
        ModelId = other.ModelId;
        Truncation = other.Truncation;
        MaxTokensPerDocument = other.MaxTokensPerDocument;
        Instruction = other.Instruction;
        AdditionalProperties = other.AdditionalProperties?.Clone();
    }

    /// <summary>Gets or sets how many of the best results come back; null for all of them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? TopN
    {
        get;
        set => field = Positive(value, nameof(TopN));
    }

    /// <summary>Gets or sets the model that should score, by the name its provider gives it.</summary>
    public string? ModelId { get; set; }

    /// <summary>Gets or sets what happens to a document that is longer than the model reads.</summary>
    public TruncationPolicy? Truncation { get; set; }

    /// <summary>
    /// Gets or sets how many tokens of each document are read at most, not counting the query and special tokens. The model's own
    /// limit holds as well.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? MaxTokensPerDocument
    {
        get;
        set => field = Positive(value, nameof(MaxTokensPerDocument));
    }

    /// <summary>Gets or sets a sentence that tells an instruction-following model what counts as relevant.</summary>
    /// <remarks>A model that follows no instructions refuses one with <see cref="NotSupportedException"/> instead of ignoring it.</remarks>
    public string? Instruction { get; set; }

    /// <summary>Gets or sets what a particular reranker understands beyond the properties above.</summary>
    /// <remarks>
    /// A key such as <c>cohere:priority</c> is meant for the provider of that name alone, so that others of a chain pass over it. A
    /// provider that has nothing like a key without such a name refuses the call with <see cref="NotSupportedException"/>.
    /// </remarks>
    public AdditionalPropertiesDictionary? AdditionalProperties { get; set; }

    /// <summary>Creates a copy that can be changed without changing this one.</summary>
    /// <returns>The copy, of the same type.</returns>
    public virtual RerankOptions Clone() => new(this);

    private static int? Positive(int? value, string name) => value is < 1
        ? throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 1; leave it null for no limit.")
        : value;
}
