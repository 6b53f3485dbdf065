using Resift.Evaluation;

namespace Resift.Cli;

/// <summary>Finds the queries that reranking helped or hurt most, and says what happened to them.</summary>
internal sealed class Movements(Qrels qrels, bool showsTexts)
{
    private const int OfEach = 10;
    private const int DocumentsShown = 6;
    private const int TextLength = 220;
    private const int Visible = 10;

    /// <summary>Finds them.</summary>
    /// <param name="queries">The queries with their candidates.</param>
    /// <param name="before">The first stage's rankings, by query.</param>
    /// <param name="after">The system's.</param>
    /// <param name="valuesBefore">The measure of the first stage, by query.</param>
    /// <param name="valuesAfter">The measure of the system.</param>
    /// <returns>The biggest wins and losses, biggest change first.</returns>
    public IReadOnlyList<MovementReport> Find(
        IReadOnlyList<QueryCandidates> queries, IReadOnlyList<QueryRanking> before, IReadOnlyList<QueryRanking> after,
        IReadOnlyDictionary<string, double> valuesBefore, IReadOnlyDictionary<string, double> valuesAfter)
    {
        var changed = Enumerable.Range(0, queries.Count)
            .Select(index => (Index: index, Change: valuesAfter[queries[index].Query.Id] - valuesBefore[queries[index].Query.Id]))
            .OrderByDescending(entry => entry.Change)
            .ToArray();
        var biggest = changed.Where(entry => entry.Change > 0).Take(OfEach)
            .Concat(changed.Where(entry => entry.Change < 0).TakeLast(OfEach));
        return
        [
            .. biggest.OrderByDescending(entry => Math.Abs(entry.Change)).Select(entry => Describe(
                queries[entry.Index],
                before[entry.Index].DocumentIds,
                after[entry.Index].DocumentIds,
                valuesBefore[queries[entry.Index].Query.Id],
                valuesAfter[queries[entry.Index].Query.Id])),
        ];
    }

    private MovementReport Describe(
        QueryCandidates query, IReadOnlyList<string> before, IReadOnlyList<string> after, double valueBefore, double valueAfter)
    {
        var grades = qrels.GetGrades(query.Query.Id);
        var from = RanksOf(before);
        var to = RanksOf(after);
        var texts = query.Found.Candidates.GroupBy(candidate => candidate.Document.DocumentId)
            .ToDictionary(group => group.Key, group => group.First().Text);

        // What changed the measure, and what stood in the way: relevant documents that moved, and what is at the top now or was before.
        string[] moved =
        [
            .. from.Keys
                .Where(id => from[id] != to[id] && Math.Min(from[id], to[id]) <= Visible)
                .OrderByDescending(id => grades.GetValueOrDefault(id) > 0)
                .ThenByDescending(id => Math.Abs(1.0 / from[id] - (1.0 / to[id])))
                .Take(DocumentsShown),
        ];
        return new(
            query.Query.Id,
            showsTexts ? query.Query.Text : null,
            valueBefore,
            valueAfter,
            Why([.. moved.Where(id => grades.GetValueOrDefault(id) > 0).OrderByDescending(Explains)], from, to, after, grades),
            [
                .. moved.OrderBy(id => to[id]).Select(id => new MovedDocument(
                    id,
                    grades.TryGetValue(id, out int grade) ? grade : null,
                    from[id],
                    to[id],
                    showsTexts ? Snippet.Create(texts[id], TextLength) : null)),
            ]);

        // Others may have moved the other way, and less.
        bool Explains(string id) => (to[id] < from[id]) == (valueAfter > valueBefore);
    }

    private static string Why(
        string[] relevant, Dictionary<string, int> from, Dictionary<string, int> to, IReadOnlyList<string> after,
        IReadOnlyDictionary<string, int> grades)
    {
        if (relevant is not [var first, ..])
        {
            return "Documents of other grades changed places.";
        }

        string direction = to[first] < from[first] ? "rose" : "fell";
        string told = FormattableString.Invariant($"A relevant document {direction} from {from[first]} to {to[first]}");
        string more = relevant.Length > 1 ? FormattableString.Invariant($", and {relevant.Length - 1} more moved") : "";
        if (direction == "rose")
        {
            return $"{told}{more}.";
        }

        string[] above = [.. after.Take(to[first] - 1)];
        int unjudged = above.Count(id => !grades.ContainsKey(id));
        int irrelevant = above.Count(id => grades.TryGetValue(id, out int grade) && grade <= 0);
        string rivals = (irrelevant, unjudged) switch
        {
            (0, 0) => "",
            (0, _) => FormattableString.Invariant($"; {unjudged} of those above it were never judged"),
            _ => FormattableString.Invariant($"; of those above it, {irrelevant} are judged irrelevant and {unjudged} were never judged"),
        };
        return $"{told}{more}{rivals}.";
    }

    private static Dictionary<string, int> RanksOf(IReadOnlyList<string> ids) =>
        ids.Select((id, place) => (id, place)).ToDictionary(entry => entry.id, entry => entry.place + 1);
}
