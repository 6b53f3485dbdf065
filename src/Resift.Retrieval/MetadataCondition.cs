using System.Buffers;

namespace Resift.Retrieval;

/// <summary>How a value of the metadata is compared.</summary>
public enum MetadataOperator
{
    /// <summary>It is one of the values.</summary>
    Equal,

    /// <summary>It is none of the values; documents without the key are among these.</summary>
    NotEqual,

    /// <summary>It is less than the value: as a number, or as a date.</summary>
    Less,

    /// <summary>It is the value or less.</summary>
    LessOrEqual,

    /// <summary>It is greater than the value: as a number, or as a date.</summary>
    Greater,

    /// <summary>It is the value or greater.</summary>
    GreaterOrEqual,

    /// <summary>It fits one of the patterns.</summary>
    Like,

    /// <summary>It fits none of the patterns; documents without the key are among these.</summary>
    NotLike,
}

/// <summary>A condition on one key of the metadata of a document.</summary>
/// <remarks>It does not change, so it may be shared.</remarks>
public sealed class MetadataCondition
{
    private const int MaxValues = 1000;

    // What means something where a condition is typed.
    private static readonly SearchValues<char> _special = SearchValues.Create("\"\\=!<>|*?");

    private readonly MetadataBound _bound;

    /// <summary>Creates a condition.</summary>
    /// <param name="key">The key.</param>
    /// <param name="comparison">How the document's value is compared.</param>
    /// <param name="values">
    /// What it is compared with. The orders (<see cref="MetadataOperator.Less"/> and so on) take one value: a number, or a date such as
    /// <c>2024</c>, <c>2024-05</c>, <c>2024-05-31</c> or <c>2024-05-31T12:00:00Z</c>, which stands for its first moment, in UTC unless it
    /// says otherwise. A document whose value is no number or date, as the case may be, does not fulfil them. In patterns <c>*</c> stands
    /// for any characters but <c>/</c>, <c>**</c> for any, and <c>?</c> for one that is not <c>/</c>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The key is empty, or there are no values or more than 1,000, or several for an order, or one that has no order.
    /// </exception>
    public MetadataCondition(string key, MetadataOperator comparison, params IEnumerable<string> values)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(values);
        Key = key;
        Operator = comparison;
        Values = [.. values];
        if (Values.Count is 0 or > MaxValues || Values.Contains(null!))
        {
            throw new ArgumentException(
                $"The condition on '{key}' has {Values.Count} values; from 1 to {MaxValues} were expected, none of them null.",
                nameof(values));
        }

        if (IsOrder)
        {
            _bound = MetadataBound.Read(Values[0]);
            if (Values.Count > 1 || _bound.IsNothing)
            {
                throw new ArgumentException($"'{string.Join('|', Values)}' has no order: one number, or one date such as 2024-05-31, was " +
                    $"expected for '{key}'.", nameof(values));
            }
        }
    }

    /// <summary>Gets the key.</summary>
    public string Key { get; }

    /// <summary>Gets how the document's value is compared.</summary>
    public MetadataOperator Operator { get; }

    /// <summary>Gets what it is compared with.</summary>
    public IReadOnlyList<string> Values { get; }

    private bool IsOrder => Operator is MetadataOperator.Less or MetadataOperator.LessOrEqual
        or MetadataOperator.Greater or MetadataOperator.GreaterOrEqual;

    /// <summary>Determines whether the condition holds.</summary>
    /// <param name="metadata">The metadata of a document or passage.</param>
    /// <returns>True if it does.</returns>
    public bool Matches(IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        bool isNegative = Operator is MetadataOperator.NotEqual or MetadataOperator.NotLike;
        return metadata.TryGetValue(Key, out string? value) ? Fits(value) != isNegative : isNegative;
    }

    /// <summary>Gets the condition as <see cref="MetadataFilter.Parse"/> reads it.</summary>
    /// <returns>Key, operator and values.</returns>
    public override string ToString()
    {
        string sign = Operator switch
        {
            MetadataOperator.Equal or MetadataOperator.Like => "=",
            MetadataOperator.NotEqual or MetadataOperator.NotLike => "!=",
            MetadataOperator.Less => "<",
            MetadataOperator.LessOrEqual => "<=",
            MetadataOperator.Greater => ">",
            _ => ">=",
        };
        bool isPattern = Operator is MetadataOperator.Like or MetadataOperator.NotLike;
        return $"{Quoted(Key)}{sign}{string.Join('|', Values.Select(value => isPattern ? value : Quoted(value)))}";
    }

    private static string Quoted(string text) => text.Length > 0 && !text.AsSpan().ContainsAny(_special)
        ? text
        : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private bool Fits(string value)
    {
        if (IsOrder)
        {
            return MetadataBound.Read(value).CompareTo(_bound) is { } order && Operator switch
            {
                MetadataOperator.Less => order < 0,
                MetadataOperator.LessOrEqual => order <= 0,
                MetadataOperator.Greater => order > 0,
                _ => order >= 0,
            };
        }

        bool isPattern = Operator is MetadataOperator.Like or MetadataOperator.NotLike;
        for (int i = 0; i < Values.Count; i++)
        {
            if (isPattern ? MetadataPattern.Fits(value, Values[i]) : value == Values[i])
            {
                return true;
            }
        }

        return false;
    }
}
