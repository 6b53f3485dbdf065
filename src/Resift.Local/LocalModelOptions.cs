using Resift.Local.Models;

namespace Resift;

/// <summary>How a local model runs. The defaults suit most uses; scores depend on <see cref="MaxTokens"/> and
/// <see cref="RelevantLabel"/> alone.</summary>
/// <remarks>
/// A loaded model needs memory for its weights, and for each thread buffers for one batch: about 25 bytes × hidden size × batch tokens and
/// half a megabyte (5.6 MB with the bundled models and the defaults). It does not grow with the number or the length of documents.
/// </remarks>
public sealed record LocalModelOptions
{
    // Where the system has no more threads to give, the process ends.
    private const int MostThreads = 1024;

    /// <summary>
    /// Gets how many threads compute; null for one per processor that this process may use (a container's limit counts).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1 or above 1,024.</exception>
    public int? Threads
    {
        get;
        init => field = value > MostThreads
            ? throw new ArgumentOutOfRangeException(
                nameof(Threads), value, $"{nameof(Threads)} must be at most {MostThreads}; leave it null for one per processor.")
            : AtLeast(1, value, nameof(Threads), "one per processor");
    }

    /// <summary>
    /// Gets how many tokens of a pair (or text) the model reads at most, special tokens counted; null for the limit that its own
    /// configuration states. More than the model has positions for is refused when it is loaded.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 8.</exception>
    public int? MaxTokens
    {
        get;
        init => field = AtLeast(TokenLimit.Least, value, nameof(MaxTokens), "the model's own limit");
    }

    /// <summary>
    /// Gets how many tokens one thread computes at once; null for 512. One pair is never split: the longest one is the least.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? BatchTokens
    {
        get;
        init => field = AtLeast(1, value, nameof(BatchTokens), "512");
    }

    /// <summary>
    /// Gets which label of a reranker with several means that a document is relevant, by its name in <c>id2label</c> or its number; null for
    /// the one that is called relevant, yes, true, entailment, duplicate, is_duplicate or equivalent, in any case of letters. What is
    /// no label of the model is refused when it is loaded. Embedders have none.
    /// </summary>
    public string? RelevantLabel { get; init; }

    private static int? AtLeast(int minimum, int? value, string name, string otherwise) => value < minimum
        ? throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least {minimum}; leave it null for {otherwise}.")
        : value;
}
