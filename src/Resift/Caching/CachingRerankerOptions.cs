namespace Resift;

/// <summary>How a <see cref="CachingReranker"/> keeps answers.</summary>
public sealed class CachingRerankerOptions
{
    /// <summary>Gets or sets how long an answer is kept.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    public TimeSpan Expiration
    {
        get;
        set => field = value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Expiration), value, "Expiration must be above 0.");
    } = TimeSpan.FromDays(1);

    /// <summary>
    /// Gets or sets what tells apart versions of a model that share a name, such as a hash or a date of its weights; it is part of every
    /// key. Null if the name says it all, or the model has a <see cref="ModelFingerprint"/>, which is in every key by itself.
    /// </summary>
    public string? Revision { get; set; }
}
