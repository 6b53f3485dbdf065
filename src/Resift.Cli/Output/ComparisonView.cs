using System.Globalization;
using Spectre.Console;

namespace Resift.Cli;

/// <summary>Draws two rankings of the same documents: side by side where there is room, one below the other where there is not.</summary>
internal sealed class ComparisonView(
    string query, IReadOnlyList<InputDocument> documents, TimedRanking embedded, TimedRanking reranked, int topN)
{
    private const int NarrowestTable = 72;

    private const int SnippetLength = 160;

    private readonly int[] _embeddedRanks = embedded.Ranks();
    private readonly int[] _rerankedRanks = reranked.Ranks();
    private readonly int _shown = Math.Min(topN, documents.Count);

    /// <summary>Gets what is ranked, in the plural.</summary>
    public string Noun { get; init; } = "documents";

    public void Write(CliConsole console)
    {
        var ansi = AnsiOutput.Create(console);
        ansi.Write(new Text($"Query: {Printable.OneLine(query)}\n"));
        ansi.Write(new Text($"{Number(documents.Count)} {Noun}, the best {Number(_shown)} of each ranking\n\n"));
        if (console.Width >= NarrowestTable)
        {
            WriteTable(ansi);
        }
        else
        {
            WriteLists(ansi);
        }

        ansi.Write(new Text("Ranks can be compared between the two; scores cannot, since they are on different scales.\n"));
    }

    private void WriteTable(IAnsiConsole ansi)
    {
        var table = new Table().Border(TableBorder.Rounded).ShowRowSeparators().Expand()
            .AddColumn(new TableColumn("#").RightAligned().NoWrap())
            .AddColumn(new TableColumn(new Text(Title("Embedding only", embedded))))
            .AddColumn(new TableColumn(new Text(Title("With reranking", reranked))));
        for (int i = 0; i < _shown; i++)
        {
            table.AddRow(new Text(Number(i + 1)), Cell(embedded, i, Moved), Cell(reranked, i, Change));
        }

        ansi.Write(table);
    }

    private void WriteLists(IAnsiConsole ansi)
    {
        WriteList(ansi, "Embedding only", embedded, Moved);
        WriteList(ansi, "With reranking", reranked, Change);
    }

    private void WriteList(IAnsiConsole ansi, string name, TimedRanking ranking, Func<int, string> note)
    {
        ansi.Write(new Text($"{Title(name, ranking)}\n"));
        for (int i = 0; i < _shown; i++)
        {
            ansi.Write(new Text($"{Number(i + 1)}. "));
            ansi.Write(Cell(ranking, i, note));
        }

        ansi.Write(new Text("\n"));
    }

    private Rows Cell(TimedRanking ranking, int position, Func<int, string> note)
    {
        var (index, score) = ranking.Response.Results[position];
        string heading = $"{score.ToString("F3", CultureInfo.InvariantCulture)}  {note(index)}";
        string name = documents[index].Id is { } id ? $"{Printable.OneLine(id)}: " : "";
        return new Rows(new Text(heading, ColourOf(index)), new Text(name + Snippet.Create(documents[index].Text, SnippetLength)));
    }

    private Style ColourOf(int index) => (_embeddedRanks[index] - _rerankedRanks[index]) switch
    {
        > 0 => new Style(Color.Green),
        < 0 => new Style(Color.Red),
        _ => Style.Plain,
    };

    private string Moved(int index) => $"→ {Number(_rerankedRanks[index])} after reranking";

    private string Change(int index) => (_embeddedRanks[index] - _rerankedRanks[index]) switch
    {
        > 0 and var up => $"▲ +{Number(up)} (was {Number(_embeddedRanks[index])})",
        < 0 and var down => $"▼ -{Number(-down)} (was {Number(_embeddedRanks[index])})",
        _ => "= (same rank)",
    };

    private static string Title(string name, TimedRanking ranking)
    {
        string milliseconds = Number((long)Math.Ceiling(ranking.Elapsed.TotalMilliseconds));
        string model = Printable.OneLine(ranking.Response.ModelId ?? "model not named");
        return $"{name}\n{model}, {ranking.Response.ScoreScale.Name()}, {milliseconds} ms";
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A ranking of all documents, and how long it took.</summary>
internal sealed record TimedRanking(RerankResponse Response, TimeSpan Elapsed)
{
    /// <summary>Gets the rank of each document, counted from 1, by its index.</summary>
    public int[] Ranks()
    {
        int[] ranks = new int[Response.Results.Count];
        for (int i = 0; i < ranks.Length; i++)
        {
            ranks[Response.Results[i].Index] = i + 1;
        }

        return ranks;
    }
}
