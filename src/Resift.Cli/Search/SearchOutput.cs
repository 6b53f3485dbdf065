using System.Globalization;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>Writes the answer of a search in the format that is asked for.</summary>
internal static class SearchOutput
{
    private const string QueryId = "1";

    public static void Write(string query, SearchResponse response, RerankFormat format, bool explain, CliConsole console)
    {
        switch (format)
        {
            case RerankFormat.Json:
                new SearchJson(query, response).Write(console.Output);
                break;
            case RerankFormat.Jsonl:
                new SearchJson(query, response).WriteLines(console.Output);
                break;
            case RerankFormat.Trec:
                foreach (var hit in response.Hits)
                {
                    TrecRun.WriteLine(console.Data, QueryId, hit.Id, hit.Rank, hit.Score, response.ModelId ?? "resift");
                }

                break;
            default:
                WriteTable(new(query, response), response, explain, console);
                break;
        }
    }

    /// <summary>Says what is worse about the answer than it could be.</summary>
    public static void Report(SearchResponse response, ScoreThreshold threshold, CliConsole console)
    {
        string cut = threshold.MinScore is null || response.IsSelected
            ? ""
            : " --min-score was not applied, since these are not the reranker's scores.";
        console.NoteQuality(response.DegradedReason is { } reason ? reason + cut : null, response.LlmReport);

        if (TruncationReport.Create(response) is { } cutTexts)
        {
            console.Note(cutTexts);
        }
    }

    private static void WriteTable(SearchTable table, SearchResponse response, bool explain, CliConsole console)
    {
        if (response.Hits.Count == 0)
        {
            console.Output.WriteLine(response.CandidateCount == 0
                ? "Nothing was found."
                : string.Create(
                    CultureInfo.InvariantCulture, $"None of {response.CandidateCount} candidate passages reaches --min-score."));
            return;
        }

        var ansi = AnsiOutput.Create(console);
        table.Write(ansi);
        if (explain)
        {
            table.WriteExplanation(ansi);
        }
    }
}
