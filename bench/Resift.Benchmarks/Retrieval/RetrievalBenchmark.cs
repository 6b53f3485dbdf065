using System.Diagnostics;
using Resift.Retrieval;

namespace Resift.Benchmarks;

/// <summary>
/// How good and how fast search is: each first stage alone, with the bundled reranker behind it, and with the final order mixed from both.
/// </summary>
internal static class RetrievalBenchmark
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter log)
    {
        var arguments = RetrievalArguments.Parse(args);
        var options = new LocalModelOptions { Threads = arguments.Threads };
        using var embedder = MiniModels.LoadEmbeddingGenerator(options);
        using var reranker = MiniModels.LoadReranker(options);
        var figures = new List<FirstStageFigures>();
        foreach (var files in arguments.Datasets)
        {
            var dataset = await BenchmarkDataset.ReadAsync(files, arguments.Queries);
            var progress = new BenchmarkProgress(dataset.Name, log);

            // Not disposed, since that would dispose the model of the other data sets.
            var embeddings = await CorpusEmbeddings.LoadAsync(
                embedder, [.. dataset.Documents.Select(document => document.Text)], arguments.Cache, progress);
            var stages = await FirstStages.CreateAsync(dataset.Documents, embeddings);
            FirstStageFigures[] rows = [.. stages.Select(stage => new FirstStageFigures(dataset.Name, stage))];
            foreach (var query in dataset.Queries)
            {
                await MeasureAsync(query, rows, reranker, arguments.Candidates);
                progress.Add("queries answered", 1, dataset.Queries.Count);
            }

            figures.AddRange(rows);
        }

        RetrievalTables.Write(figures, arguments.Candidates, output);
        return 0;
    }

    private static async Task MeasureAsync(JudgedQuery query, FirstStageFigures[] rows, LocalReranker reranker, int candidates)
    {
        var found = new List<RetrievalResponse>();
        foreach (var row in rows)
        {
            found.Add(await row.RetrieveAsync(query, candidates));
        }

        // What several first stages found is scored once: the reranker scores each document on its own.
        string[] texts = [.. found.SelectMany(response => response.Candidates).Select(candidate => candidate.Text).Distinct()];
        long start = Stopwatch.GetTimestamp();
        var scores = new RememberedScores(texts, await reranker.RerankAsync(query.Text, texts));
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds / Math.Max(1, texts.Length);
        foreach (var (row, response) in rows.Zip(found))
        {
            await row.RerankAsync(query, response, scores, milliseconds);
        }
    }
}
