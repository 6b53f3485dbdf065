using System.Globalization;
using System.Text.Json;

namespace Resift;

/// <summary>Reads the order of a window from a model's answer.</summary>
internal static class RankingAnswer
{
    private const string Property = "ranking";
    private const int Unknown = 0;
    private static readonly string[] _idProperties = ["id", "index", "document", "document_id"];

    /// <summary>Reads the order.</summary>
    /// <param name="answer">The answer: JSON with anything around it, or a row of numbers.</param>
    /// <param name="count">How many documents the window has.</param>
    /// <returns>The order, repaired; null if there is none in the answer.</returns>
    public static Permutation? Read(LlmAnswer answer, int count) =>
        (answer.ReadJson(Ids, IdsInProse) is { } ids ? Permutation.Repair(ids, count, needed: 1) : null)
        // Prose has numbers as well ("1,000 documents"): there, one that happens to be an id is no order.
        ?? Permutation.Repair(NumberChain.Longest(answer), count, needed: 2);

    private static List<int>? Ids(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array when json.GetArrayLength() == 1 && json[0].ValueKind == JsonValueKind.Array => Ids(json[0]),
        JsonValueKind.Array => [.. json.EnumerateArray().Select(Id)],
        JsonValueKind.Object when Ranking(json) is { } ranking => Ids(ranking),
        _ => null,
    };

    // Plain numbers in prose are a row, and the longest row counts: "[2]" of "[2] > [1]" is no order by itself.
    private static List<int>? IdsInProse(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array && json.EnumerateArray().All(IsPlainNumber) ? null : Ids(json);

    private static bool IsPlainNumber(JsonElement item) => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out _);

    // The property that was asked for, or the first that is a list: weak models rename it.
    private static JsonElement? Ranking(JsonElement json) =>
        json.TryGetProperty(Property, out var ranking) ? ranking
            : json.EnumerateObject().Select(property => (JsonElement?)property.Value)
                .FirstOrDefault(value => value?.ValueKind == JsonValueKind.Array);

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
            JsonValueKind.Number => WholeNumber.Of(item) ?? Unknown,
            JsonValueKind.String => IdIn(item.GetString()!),
            _ => Unknown,
        };
    }

    // The only number of a text such as "3", "[3]" or "doc_3".
    private static int IdIn(string text)
    {
        int start = text.AsSpan().IndexOfAnyInRange('0', '9');
        int end = text.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        return start >= 0 && int.TryParse(text.AsSpan(start..end), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            ? id
            : Unknown;
    }
}
