using System.Globalization;
using Resift.Retrieval;
using Spectre.Console;

namespace Resift.Cli;

/// <summary>Draws the answer of a search for people.</summary>
internal sealed class SearchTable(string query, SearchResponse response)
{
    private const int SnippetLength = 240;
    private const string Reranked = SearchStages.Rerank;

    private readonly QueryWords _words = new(query);

    /// <summary>Writes the hits.</summary>
    public void Write(IAnsiConsole ansi)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn(new TableColumn("#").RightAligned().NoWrap())
            .AddColumn(new TableColumn(ScoreName()).RightAligned().NoWrap())
            .AddColumn(new TableColumn("document"));
        foreach (var hit in response.Hits)
        {
            table.AddRow(
                new Text(Number(hit.Rank)),
                new Text(Score(hit)),
                new Rows(
                    new Text(Heading(hit), new Style(decoration: Decoration.Bold)),
                    _words.Marked(_words.Excerpt(hit.Text, Heading(hit), SnippetLength))));
        }

        ansi.Write(table);
        ansi.Write(new Text($"{Documents(response.Hits.Count)} of {Number(response.CandidateCount)} candidate passages, {Order()}\n"));
        if (!ScoresFall())
        {
            ansi.Write(new Text("The order mixes the reranker's scores, which are shown, with the first stage's (--first-stage-weight) " +
                "and what is known of pages (--prior).\n"));
        }
    }

    /// <summary>Writes what each stage made of the hits, and how long it took.</summary>
    public void WriteExplanation(IAnsiConsole ansi)
    {
        // A hit that only some retrievers found lacks the others' stages; those that have more of them come first and give the order.
        string[] stages = [.. response.Hits.OrderByDescending(hit => hit.Stages.Count).SelectMany(hit => hit.Stages)
            .Select(stage => stage.Stage).Distinct()];
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("#").RightAligned().NoWrap()).AddColumn("passage");
        foreach (string stage in stages)
        {
            table.AddColumn(new TableColumn(stage).RightAligned().NoWrap());
        }

        foreach (var hit in response.Hits)
        {
            var id = new Text(Printable.OneLine(hit.Document.Id));
            table.AddRow([new Text(Number(hit.Rank)), id, .. stages.Select(stage => Cell(hit, stage))]);
        }

        ansi.Write(new Text("\nRank and score of each passage in every stage; the arrow says how far reranking moved it:\n"));
        ansi.Write(table);
        ansi.Write(new Text($"Times: {string.Join(", ", response.Timings.Select(Time))}\n"));
    }

    /// <summary>
    /// Gets where in a document a hit stands, for people, in one line: none of it can look like another line's beginning.
    /// </summary>
    public static string Heading(SearchHit hit)
    {
        string under = PassageTemplate.TitleAndHeadings.PrefixOf(hit.Document);
        return Printable.OneLine($"{hit.Id}{Pages(hit)}{(under is "" ? "" : $" › {under}")}");
    }

    // Records may have a field of that name with something else in it.
    private static string Pages(SearchHit hit)
    {
        foreach (string key in (ReadOnlySpan<string>)[PageStarts.PageKey, PageStarts.SlideKey])
        {
            if (hit.Document.Metadata.TryGetValue(key, out string? pages) && pages.All(c => char.IsAsciiDigit(c) || c == '-'))
            {
                return $", {key} {pages}";
            }
        }

        return "";
    }

    private static Text Cell(SearchHit hit, string name)
    {
        if (hit.Stages.FirstOrDefault(stage => stage.Stage == name) is not { } stage)
        {
            return new("–");
        }

        string digits = stage.ScoreScale == ScoreScale.Unspecified ? "F2" : "F4";
        string place = $"{Number(stage.Rank)}  {stage.Score.ToString(digits, CultureInfo.InvariantCulture)}";
        int before = hit.Stages.TakeWhile(other => other.Stage != Reranked).LastOrDefault()?.Rank ?? 0;
        return name != Reranked || before == 0 ? new(place) : (before - stage.Rank) switch
        {
            > 0 and var up => new($"{place} ▲{Number(up)}", new Style(Color.Green)),
            < 0 and var down => new($"{place} ▼{Number(-down)}", new Style(Color.Red)),
            _ => new($"{place} ="),
        };
    }

    private string ScoreName() => response.ScoreScale is ScoreScale.Unspecified or ScoreScale.Rank ? "score" : response.ScoreScale.Name();

    // What the reranker did not read has no score of its kind.
    private string Score(SearchHit hit) => hit.ScoreScale == response.ScoreScale
        && (hit.ScoredBy == Reranked || response.RerankedCount == 0)
        ? hit.Score.ToString("F4", CultureInfo.InvariantCulture)
        : "not read";

    private bool ScoresFall() => response.RerankedCount == 0 || response.Hits
        .Where(hit => hit.ScoredBy == Reranked)
        .Select(hit => hit.Score)
        .Aggregate((Falls: true, Last: double.PositiveInfinity), (before, score) => (before.Falls && score <= before.Last, score))
        .Falls;

    private string Order() => response.RerankedCount == 0
        ? "not reranked"
        : $"{Number(response.RerankedCount)} of them read by {Printable.OneLine(response.ModelId ?? "a model that is not named")}";

    private static string Documents(int count) => count == 1 ? "1 document" : $"{Number(count)} documents";

    private static string Time(StageTiming timing) =>
        string.Create(CultureInfo.InvariantCulture, $"{timing.Stage} {timing.Elapsed.TotalMilliseconds:F0} ms");

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
