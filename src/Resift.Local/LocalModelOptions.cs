namespace Resift;

/// <summary>How a local model runs. The defaults suit most uses.</summary>
public sealed record LocalModelOptions
{
    /// <summary>
    /// Gets how many threads compute; null for one per processor that this process may use (a container's limit counts). Scores do not
    /// depend on it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? Threads
    {
        get;
        init => field = value is < 1
            ? throw new ArgumentOutOfRangeException(nameof(Threads), value, "Threads must be at least 1; leave it null for one per processor.")
            : value;
    }

    /// <summary>
    /// Gets how many tokens of a pair (or text) the model reads at most, special tokens counted; null for the limit that its own
    /// configuration states. A larger value than the model has positions for is refused when it is loaded.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 8.</exception>
    public int? MaxTokens
    {
        get;
        init => field = value is < 8
            ? throw new ArgumentOutOfRangeException(nameof(MaxTokens), value, "MaxTokens must be at least 8; leave it null for the model's own limit.")
            : value;
    }
}
