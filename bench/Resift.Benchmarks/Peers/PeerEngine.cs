namespace Resift.Benchmarks;

/// <summary>One engine of the comparison.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Score">Gives one logit for each pair, in order.</param>
/// <param name="WriteProfile">Writes where its time went; null if it cannot tell.</param>
internal sealed record PeerEngine(string Name, Func<IReadOnlyList<EncodedPair>, float[]> Score, Action<TextWriter>? WriteProfile = null)
{
    /// <summary>Gets whether its scores are the model's in single precision, which those of all such engines must agree about.</summary>
    public bool IsExact { get; init; } = true;
}
