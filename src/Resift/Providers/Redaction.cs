namespace Resift;

/// <summary>Takes secrets out of texts that may repeat them.</summary>
/// <param name="secrets">
/// The secrets. Of fewer than eight characters they are none but dummies such as EMPTY or token, which servers of one's own are given: in
/// their messages these are words.
/// </param>
internal sealed class Redaction(IReadOnlyList<string> secrets)
{
    private const int ShortestSecret = 8;

    // A model's name is a dimension of metrics, and nobody's has more.
    private const int LongestName = 200;

    // The longest first: one may be a part of another.
    private readonly string[] _secrets =
        [.. secrets.Where(secret => secret.Length >= ShortestSecret).OrderByDescending(secret => secret.Length)];

    public string Of(string text) =>
        _secrets.Aggregate(text, (rest, secret) => rest.Replace(secret, "***", StringComparison.Ordinal));

    /// <summary>Takes a name out of an answer: on one line, of bounded length.</summary>
    /// <returns>The name; null for what cannot be one.</returns>
    public string? OfName(string? name) =>
        string.IsNullOrWhiteSpace(name) || name.Length > LongestName || name.Any(char.IsControl) ? null : Of(name);
}
