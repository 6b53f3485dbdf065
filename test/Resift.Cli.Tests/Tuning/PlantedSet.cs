namespace Resift.Cli.Tests.Tuning;

/// <summary>
/// A data set in the form of BEIR in which, for nine queries of ten, the answer is what BM25 puts second. The reranker, which counts words
/// in common, knows it.
/// </summary>
internal static class PlantedSet
{
    public const int Queries = 40;

    /// <summary>Writes it, and gives its folder.</summary>
    /// <param name="cli">Where.</param>
    /// <param name="name">The folder's name.</param>
    /// <param name="shuffle">A seed by which what is relevant is drawn from what every query finds; null to leave it as planted.</param>
    public static string Write(CommandLine cli, string name = "planted", int? shuffle = null)
    {
        var random = new Random(shuffle ?? 0);
        string[] names = [.. Enumerable.Range(0, Queries).Select(i => $"z{(char)('a' + (i / 7))}{(char)('a' + (i % 7))}k")];
        cli.File($"{name}/corpus.jsonl", string.Concat(names.SelectMany((brand, i) => new[]
        {
            $$"""{"_id": "noise{{i}}", "title": "", "text": "{{brand}} {{brand}} {{brand}}"}""" + "\n",
            $$"""{"_id": "shoe{{i}}", "title": "", "text": "where to buy {{brand}} running shoes in a town of shops"}""" + "\n",
        })));
        cli.File($"{name}/queries.jsonl", string.Concat(names.Select((brand, i) =>
            $$"""{"_id": "q{{i}}", "text": "{{brand}} shoes to buy"}""" + "\n")));
        cli.File($"{name}/qrels/test.tsv", "query-id\tcorpus-id\tscore\n" + string.Concat(names.Select((_, i) =>
            $"q{i}\t{(shuffle is null ? (i % 10 == 0 ? "noise" : "shoe") : random.Next(2) == 0 ? "noise" : "shoe")}{i}\t1\n")));
        return cli.At(name);
    }
}
