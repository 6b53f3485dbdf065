using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Resift.Retrieval;

namespace Resift.Postgres;

/// <summary>A filter on metadata as SQL that means what <see cref="MetadataCondition.Matches"/> does.</summary>
internal static class FilterSql
{
    /// <summary>Adds a filter's conditions, each behind an AND.</summary>
    /// <param name="statement">What they are added to.</param>
    /// <param name="filter">The filter; null for none.</param>
    public static void AddConditions(this Statement statement, MetadataFilter? filter)
    {
        foreach (var condition in filter?.Conditions ?? [])
        {
            statement.Add($" AND {Sql(condition, statement)}");
        }
    }

    private static string Sql(MetadataCondition condition, Statement statement) => condition.Operator switch
    {
        MetadataOperator.Equal => IsOneOf(condition, statement),
        MetadataOperator.NotEqual => $"NOT {IsOneOf(condition, statement)}",
        MetadataOperator.Like => IsLikeOneOf(condition, statement),
        MetadataOperator.NotLike => $"NOT {IsLikeOneOf(condition, statement)}",
        MetadataOperator.Less => Order(condition, "<", statement),
        MetadataOperator.LessOrEqual => Order(condition, "<=", statement),
        MetadataOperator.Greater => Order(condition, ">", statement),
        _ => Order(condition, ">=", statement),
    };

    // By containment, for which there is an index.
    private static string IsOneOf(MetadataCondition condition, Statement statement)
    {
        string[] pairs = [.. Storable(condition).Select(value => Pair(condition.Key, value))];
        return pairs is [] ? "FALSE" : $"(metadata @> ANY({statement.Value(pairs)}::text[]::jsonb[]))";
    }

    private static string IsLikeOneOf(MetadataCondition condition, Statement statement)
    {
        string[] patterns = [.. Storable(condition).Select(Regex)];
        return patterns is []
            ? "FALSE"
            : $"coalesce(metadata ->> {statement.Value(condition.Key)} ~ ANY({statement.Value(patterns)}), FALSE)";
    }

    // As a number if both are some, or else as a date.
    private static string Order(MetadataCondition condition, string sign, Statement statement)
    {
        if (!StorableText.Is(condition.Key))
        {
            return "FALSE";
        }

        var bound = MetadataBound.Read(condition.Values[0]);
        string value = $"bounds -> {statement.Value(condition.Key)}::text";
        string number = $"({value} ->> '{MetadataBounds.Number}')::float8";
        string date = $"({value} ->> '{MetadataBounds.Date}')::bigint";
        string? byNumber = bound.Number is { } wanted ? $"{number} {sign} {statement.Value(wanted)}" : null;
        string? byDate = bound.Date is { } moment ? $"{date} {sign} {statement.Value(moment.UtcTicks)}" : null;
        string compared = (byNumber, byDate) switch
        {
            ({ }, { }) => $"CASE WHEN {number} IS NOT NULL THEN {byNumber} ELSE {byDate} END",
            _ => byNumber ?? byDate!,
        };
        return $"coalesce({compared}, FALSE)";
    }

    // What cannot be kept is nowhere, so that nothing equals it.
    private static IEnumerable<string> Storable(MetadataCondition condition) =>
        StorableText.Is(condition.Key) ? condition.Values.Where(StorableText.Is) : [];

    private static string Pair(string key, string value) => JsonSerializer.Serialize(
        new Dictionary<string, string> { [key] = value }, FilterJsonContext.Default.DictionaryStringString);

    private static string Regex(string pattern)
    {
        var regex = new StringBuilder("^");
        for (int i = 0; i < pattern.Length; i++)
        {
            char sign = pattern[i];
            if (sign == '*')
            {
                bool crossesSlashes = i + 1 < pattern.Length && pattern[i + 1] == '*';
                i += crossesSlashes ? 1 : 0;
                regex.Append(crossesSlashes ? ".*" : "[^/]*");
            }
            else if (sign == '?')
            {
                regex.Append("[^/]");
            }
            else if (char.IsAsciiLetterOrDigit(sign) || !char.IsAscii(sign))
            {
                regex.Append(sign);
            }
            else
            {
                // By its number, since a backslash before some characters is an escape of its own.
                regex.Append(CultureInfo.InvariantCulture, $"\\u{(int)sign:x4}");
            }
        }

        return regex.Append('$').ToString();
    }
}

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class FilterJsonContext : JsonSerializerContext;
