using System.Text.Json;
using Resift.Evaluation;

namespace Resift.Cli;

/// <summary>A query with its text.</summary>
internal sealed record JudgedQuery(string Id, string Text);

/// <summary>Queries with their judgements.</summary>
/// <param name="Queries">The queries to evaluate.</param>
/// <param name="Qrels">The judgements of these; null where there are none.</param>
/// <param name="Judged">How many queries are judged in all.</param>
internal sealed record JudgedQueries(IReadOnlyList<JudgedQuery> Queries, Qrels? Qrels, int Judged)
{
    /// <summary>Takes the drawn ones of judged queries; of all queries where none are judged.</summary>
    /// <exception cref="InvalidDataException">A query has no text.</exception>
    public static JudgedQueries Draw(IReadOnlyDictionary<string, string> texts, Qrels? qrels, string where, EvaluationPlan plan)
    {
        string[] known = [.. qrels?.QueryIds ?? texts.Keys];
        var drawn = QuerySample.Draw(known, plan.MaxQueries, plan.Seed);
        var queries = drawn.Select(id => texts.TryGetValue(id, out string? text) && !string.IsNullOrWhiteSpace(text)
            ? new JudgedQuery(id, text)
            : throw new InvalidDataException($"{where}: the query '{id}' is not there, or blank."));
        return new(
            [.. queries],
            qrels is null ? null : Qrels.Create(drawn.Select(id => KeyValuePair.Create(id, qrels.GetGrades(id)))),
            known.Length);
    }

    /// <summary>
    /// Reads queries that each say what is relevant, one JSON object a line: <c>{"id": "q1", "query": "…", "relevant": ["a.md"]}</c>, or
    /// <c>"relevant": {"a.md": 2}</c> with grades.
    /// </summary>
    /// <exception cref="InvalidDataException">A line is something else: the message has the file and the line.</exception>
    public static async Task<JudgedQueries> ReadAsync(
        string path, EvaluationPlan plan, CliConsole console, CancellationToken cancellationToken)
    {
        await using var input = console.OpenText(path);
        var texts = new Dictionary<string, string>();
        var judgements = new List<KeyValuePair<string, Dictionary<string, int>>>();
        while (await input.ReadLineAsync(cancellationToken))
        {
            if (input.IsBlank)
            {
                continue;
            }

            using var json = JsonText.Parse(input.Line, input.Name, input.LineNumber);
            var (id, text, relevant) = ReadLine(json.RootElement, input);
            if (!texts.TryAdd(id, text))
            {
                throw new InvalidDataException($"{input.Place}: the query '{id}' occurs for the second time.");
            }

            judgements.Add(new(id, relevant));
        }

        return texts.Count > 0
            ? Draw(texts, judgements.Exists(query => query.Value.Count > 0) ? Qrels.Create(judgements) : null, input.Name, plan)
            : throw new InvalidDataException(
                $"{input.Name} has no queries; lines of JSON with id, query and relevant were expected.");
    }

    private static (string Id, string Text, Dictionary<string, int> Relevant) ReadLine(JsonElement line, Utf8Input input)
    {
        if (line.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"{input.Place}: a JSON object was expected, but it is {JsonText.Kind(line)}.");
        }

        string text = Field("query") ?? Field("text") ?? throw new InvalidDataException(
            $"{input.Place}: there is no field 'query'; the record has {JsonText.Names(line)}.");
        string id = Field("id") ?? Field("_id") ?? FormattableString.Invariant($"{input.LineNumber}");
        var relevant = line.TryGetProperty("relevant", out var judged) ? judged : default;
        IEnumerable<(string Document, int Grade)> named = relevant.ValueKind switch
        {
            JsonValueKind.Array => relevant.EnumerateArray().Select(item => (JsonText.ReadString(item, input.Place, "an id"), 1)),
            JsonValueKind.Object => relevant.EnumerateObject().Select(item => (item.Name, GradeOf(item.Value))),
            _ => [],
        };
        var judgements = new Dictionary<string, int>();
        foreach (var (document, grade) in named)
        {
            if (!judgements.TryAdd(document, grade))
            {
                throw new InvalidDataException($"{input.Place}: the document '{document}' is there for the second time.");
            }
        }

        return judgements.Count > 0 || relevant.ValueKind == JsonValueKind.Undefined
            ? (id, text, judgements)
            : throw new InvalidDataException($"{input.Place}: 'relevant' has to say which documents answer the query: an array of " +
                "ids, or an object of ids and grades. Leave it out where nobody knows.");

        string? Field(string name) => line.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? JsonText.ReadString(value, input.Place, $"the field '{name}'")
            : null;

        int GradeOf(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int grade)
            ? grade
            : throw new InvalidDataException($"{input.Place}: a grade is a whole number, but one is {JsonText.Kind(value)}.");
    }
}
