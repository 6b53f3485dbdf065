using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Resift.Cli;

/// <summary>Writes the ranked documents of one query in the format that is asked for.</summary>
internal sealed class RankedDocuments(string query, IReadOnlyList<InputDocument> documents, RerankResponse response)
{
    // A table is for looking at; json and jsonl have the whole text.
    private const int SnippetLength = 240;

    private const string QueryId = "1";

    private readonly DocumentNames _names = new(documents);

    public void Write(RerankFormat format, string tag, OutputTarget target, CliConsole console)
    {
        switch (format)
        {
            case RerankFormat.Json:
                Json.WriteLine(target.Writer, indented: true, WriteEnvelope);
                break;
            case RerankFormat.Jsonl:
                WriteJsonLines(target.Writer);
                break;
            case RerankFormat.Trec:
                if (TrecRun.Write(target.Writer, QueryId, response, _names.Of, tag) is > 0 and var repeated)
                {
                    console.Error.WriteLine(
                        $"resift: {Facts.Number(repeated)} documents have the id of a better one, and a TREC run takes an id once; " +
                        "--format jsonl has them all");
                }

                break;
            default:
                bool isTerminal = console.IsOutputTerminal && target.IsConsole;
                WriteTable(AnsiOutput.Create(console with { Output = target.Writer, IsOutputTerminal = isTerminal }));
                break;
        }
    }

    private void WriteEnvelope(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("query", query);
        json.WriteString("model", response.ModelId);
        json.WriteString("scale", response.ScoreScale.Name());
        json.WriteNumber("documents", documents.Count);
        json.WriteString("degraded", response.DegradedReason);
        json.WriteLlm(response.LlmReport);
        json.WriteStartArray("results");
        foreach (var result in response.Results)
        {
            WriteResult(json, result);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteJsonLines(TextWriter output)
    {
        foreach (var result in response.Results)
        {
            Json.WriteLine(output, indented: false, json => WriteResult(json, result, response.DegradedReason));
        }
    }

    private void WriteResult(Utf8JsonWriter json, RerankResult result, string? degraded = null)
    {
        json.WriteStartObject();
        json.WriteNumber("index", result.Index);
        json.WriteString("id", documents[result.Index].Id);
        json.WriteScore(result.Score);
        json.WriteString("text", documents[result.Index].Text);
        if (degraded is not null)
        {
            json.WriteString("degraded", degraded);
        }

        json.WriteEndObject();
    }

    private void WriteTable(IAnsiConsole ansi)
    {
        bool hasIds = documents.Any(document => document.Id is not null);
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn(new TableColumn("#").RightAligned().NoWrap())
            .AddColumn(new TableColumn(response.ScoreScale.Name()).RightAligned().NoWrap())
            .AddColumn(new TableColumn(hasIds ? "id" : "index").RightAligned())
            .AddColumn(new TableColumn("document"));
        int rank = 0;
        foreach (var (index, score) in response.Results)
        {
            table.AddRow(
                new Text(Text(++rank)),
                new Text(score.ToString("F4", CultureInfo.InvariantCulture)),
                new Text(Printable.OneLine(_names.Of(index))),
                new Text(Snippet.Create(documents[index].Text, SnippetLength)));
        }

        ansi.Write(table);
        string model = Printable.OneLine(response.ModelId ?? "model not named");
        ansi.Write(new Text($"{response.Results.Count} of {documents.Count} documents, {model}\n"));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>How the ranked documents of one query are written.</summary>
internal enum RerankFormat
{
    Table,
    Json,
    Jsonl,
    Trec,
}
