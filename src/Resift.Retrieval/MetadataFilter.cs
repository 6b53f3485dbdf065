namespace Resift.Retrieval;

/// <summary>Conditions on the metadata of documents that all have to hold.</summary>
/// <remarks>It does not change, so it may be shared.</remarks>
public sealed class MetadataFilter
{
    private const int MaxConditions = 256;

    /// <summary>Creates a filter.</summary>
    /// <param name="conditions">The conditions; none for every document.</param>
    /// <exception cref="ArgumentException">There are more than 256 conditions.</exception>
    public MetadataFilter(IEnumerable<MetadataCondition> conditions)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        Conditions = [.. conditions];
        if (Conditions.Count > MaxConditions)
        {
            throw new ArgumentException(
                $"A filter has {Conditions.Count} conditions; at most {MaxConditions} were expected.", nameof(conditions));
        }
    }

    /// <summary>Creates a filter that asks for exact values.</summary>
    /// <param name="values">The values by their keys.</param>
    /// <exception cref="ArgumentException">There are more than 256.</exception>
    public MetadataFilter(IReadOnlyDictionary<string, string> values)
        : this((values ?? throw new ArgumentNullException(nameof(values)))
            .Select(pair => new MetadataCondition(pair.Key, MetadataOperator.Equal, pair.Value)))
    {
    }

    /// <summary>Gets the conditions.</summary>
    public IReadOnlyList<MetadataCondition> Conditions { get; }

    /// <summary>Reads conditions, each of which is a key, an operator and a value, such as <c>lang=en</c>.</summary>
    /// <param name="conditions">
    /// The conditions. The operators are <c>=</c>, <c>!=</c>, <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c> and <c>&gt;=</c>. After <c>=</c> and
    /// <c>!=</c> several values may stand, with <c>|</c> between them, and in a value <c>*</c> stands for any characters but <c>/</c>,
    /// <c>**</c> for any at all, and <c>?</c> for one that is not <c>/</c>. In quotes (<c>"</c>) all is meant as it stands, but for
    /// <c>\"</c> and <c>\\</c>; a key may be in quotes as well.
    /// </param>
    /// <returns>The filter.</returns>
    /// <exception cref="FormatException">One of them is none; the message says where.</exception>
    /// <exception cref="ArgumentException">There are more than 256.</exception>
    public static MetadataFilter Parse(params IEnumerable<string> conditions)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        return new([.. conditions.Select(text => new MetadataConditionReader(text).Read())]);
    }

    /// <summary>Creates a filter that asks for exact values.</summary>
    /// <param name="values">The values by their keys; null for no filter.</param>
    public static implicit operator MetadataFilter?(Dictionary<string, string>? values) => values is null ? null : new(values);

    /// <summary>Determines whether all conditions hold.</summary>
    /// <param name="metadata">The metadata of a document or passage.</param>
    /// <returns>True if they do.</returns>
    public bool Matches(IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);

        // Asked once for each document of a scan, so without an enumerator.
        for (int i = 0; i < Conditions.Count; i++)
        {
            if (!Conditions[i].Matches(metadata))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Gets the conditions as <see cref="Parse"/> reads them.</summary>
    /// <returns>The conditions, with " and " between them.</returns>
    public override string ToString() => string.Join(" and ", Conditions);
}
