using System.Globalization;
using System.Text.Json;

namespace Resift;

/// <summary>Reads the order of a window from a model's answer.</summary>
internal static class RankingAnswer
{
    private const string Property = "ranking";
    private const int Unknown = 0;
    private static readonly string[] _idProperties = ["id", "index", "document"];

    /// <summary>Reads the order.</summary>
    /// <param name="answer">The answer: JSON with anything around it, or a row of numbers.</param>
    /// <param name="count">How many documents the window has.</param>
    /// <returns>The order, repaired; null if there is none in the answer.</returns>
    public static Permutation? Read(LlmAnswer answer, int count) =>
        (answer.ReadJson(Ids) is { } ids ? Permutation.Repair(ids, count, needed: 1) : null)
        // Prose has numbers as well ("1,000 documents"): there, one that happens to be an id is no order.
        ?? Permutation.Repair(NumberChain.Longest(answer), count, needed: 2);

    private static List<int>? Ids(JsonElement json)
    {
        var array = json.ValueKind == JsonValueKind.Object ? Ranking(json) : json;
        return array.ValueKind == JsonValueKind.Array ? [.. array.EnumerateArray().Select(Id)] : null;
    }

    // The property that was asked for, or the first that is a list: weak models rename it.
    private static JsonElement Ranking(JsonElement json) =>
        json.TryGetProperty(Property, out var ranking) ? ranking
            : json.EnumerateObject().Select(property => property.Value).FirstOrDefault(value => value.ValueKind == JsonValueKind.Array);

    private static int Id(JsonElement item)
    {
        if (item.ValueKind == JsonValueKind.Object)
        {
            foreach (string name in _idProperties)
            {
                if (item.TryGetProperty(name, out var id) && id.ValueKind != JsonValueKind.Object)
                {
                    return Id(id);
                }
            }
        }

        return item.ValueKind switch
        {
            JsonValueKind.Number when item.TryGetInt32(out int id) => id,
            JsonValueKind.String when int.TryParse(
                item.GetString().AsSpan().Trim("[] "), NumberStyles.None, CultureInfo.InvariantCulture, out int id) => id,
            _ => Unknown,
        };
    }
}
