namespace Resift;

/// <summary>
/// What a <see cref="ListwiseLlmReranker"/> can be told. The defaults are those of RankGPT: windows of 20, step 10, one pass.
/// </summary>
public sealed class ListwiseLlmRerankerOptions : LlmRerankerOptions
{
    /// <summary>Gets or sets how many documents the model orders at a time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 2.</exception>
    public int WindowSize
    {
        get;
        set => field = value >= 2
            ? value
            : throw new ArgumentOutOfRangeException(nameof(WindowSize), value, "WindowSize must be at least 2.");
    } = 20;

    /// <summary>
    /// Gets or sets by how many documents a window lies before the one that was ordered last; smaller than <see cref="WindowSize"/>, so
    /// that the best of one window compete in the next.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Step
    {
        get;
        set => field = AtLeastOne(value);
    } = 10;

    /// <summary>Gets or sets how often the windows go from the back to the front, at most; a pass that moves nothing is the last.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Passes
    {
        get;
        set => field = AtLeastOne(value);
    } = 1;
}
