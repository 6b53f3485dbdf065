namespace Resift.Cli.Tests.Evaluation;

/// <summary>A small data set in the form of BEIR, in which reranking by words in common helps some queries and hurts one.</summary>
internal static class SmallSet
{
    public const int Queries = 8;

    /// <summary>Writes it, and gives its folder.</summary>
    public static string Write(CommandLine cli, string name = "small")
    {
        string[] colours = ["red", "blue", "green", "black", "white", "brown", "pink", "grey"];
        cli.File($"{name}/corpus.jsonl", string.Concat(colours.SelectMany((colour, i) => new[]
        {
            // Few words, of which the query has one, often; BM25 prefers these.
            $$"""{"_id": "noise{{i}}", "title": "", "text": "{{colour}} {{colour}} {{colour}}"}""" + "\n",
            $$"""{"_id": "shoe{{i}}", "title": "", "text": "where to buy {{colour}} running shoes in a town of <b>shops</b>"}""" + "\n",
        })));
        cli.File($"{name}/queries.jsonl", string.Concat(colours.Select((colour, i) =>
            $$"""{"_id": "q{{i}}", "text": "{{colour}} shoes to buy"}""" + "\n")));
        cli.File($"{name}/qrels/test.tsv", "query-id\tcorpus-id\tscore\n" + string.Concat(colours.Select((_, i) =>
            i == Queries - 1 ? $"q{i}\tnoise{i}\t1\n" : $"q{i}\tshoe{i}\t2\nq{i}\tnoise{i}\t0\n")));
        return cli.At(name);
    }
}
