using System.Diagnostics;
using System.Globalization;
using Resift.Cli;
using Resift.Retrieval;

namespace Resift.Benchmarks;

/// <summary>
/// How good search is, and how long a query takes: each first stage, and each tier as the command line has it, on data sets and on folders
/// of documentation.
/// </summary>
internal static class TiersBenchmark
{
    private const int Candidates = 50;

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter log)
    {
        var arguments = TiersArguments.Parse(args);
        using var embedder = MiniModels.LoadEmbeddingGenerator();
        using var small = MiniModels.LoadReranker();
        using var large = MiniLM12Model.LoadReranker();
        var disposal = new List<IDisposable>();
        try
        {
            output.WriteLine(
                $"| set | way | queries | nDCG | recall@{Candidates} | right first | against the first stage | p50 ms | p95 ms |");
            output.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|---:|");
            var documentation = new List<TierFigures[]>();
            foreach (string folder in arguments.Datasets)
            {
                var progress = new BenchmarkProgress(Path.GetFileName(folder), log);
                var set = await TieredSet.ReadAsync(folder, arguments.Queries, embedder, arguments.Cache, progress);
                Write(set, await MeasureAsync(set, small, large, progress), output);
            }

            foreach (string folder in arguments.Documentation)
            {
                var progress = new BenchmarkProgress(Path.GetFileName(folder), log);
                var set = await TieredSet.IndexAsync(folder, embedder, arguments.Cache, disposal);
                set = set with { Queries = [.. set.Queries.Take(arguments.Queries)] };
                documentation.Add(await MeasureAsync(set, small, large, progress));
                Write(set, documentation[^1], output);
            }

            if (documentation.Count > 1)
            {
                TierFigures[] all = [.. documentation[0].Select((_, way) => TierFigures.Join(documentation.Select(rows => rows[way])))];
                Write("docs: all", 3, all, output);
            }

            return 0;
        }
        finally
        {
            disposal.ForEach(item => item.Dispose());
        }
    }

    private static async Task<TierFigures[]> MeasureAsync(
        TieredSet set, LocalReranker small, LocalReranker large, BenchmarkProgress progress)
    {
        var fused = set.First[^1];
        (TierFigures Figures, TwoStageRetriever Search, SearchTier Tier)[] ways =
        [
            .. set.First.Select(first => (new TierFigures(first.Name), new TwoStageRetriever(first), SearchTier.FirstStageOnly)),
            (new("light"), new TwoStageRetriever(fused, small), SearchTier.Light),
            (new("full"), new TwoStageRetriever(fused, large), SearchTier.Full),
        ];
        foreach (var query in set.Queries)
        {
            foreach (var (figures, search, tier) in ways)
            {
                var options = new SearchOptions
                {
                    Candidates = Candidates,
                    TopN = Candidates,
                    Tier = tier,
                    LightDepth = SearchTiers.LightDepth,
                    Depth = SearchTiers.FullDepth,
                    FirstStageWeight = SearchTiers.WeightOf(tier),
                    Prior = set.Priors?.Invoke(query.Text),
                };
                long start = Stopwatch.GetTimestamp();
                var response = await search.SearchAsync(query.Text, options);
                double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                figures.Add(query, set.Cutoff, [.. response.Hits.Select(hit => TieredSet.IdOf(hit.Document))], milliseconds);
            }

            progress.Add("queries answered", 1, set.Queries.Count);
        }

        return [.. ways.Select(way => way.Figures)];
    }

    private static string Signed(double value)
    {
        double rounded = Math.Round(value, 3);
        return rounded == 0 ? "0.000" : rounded.ToString("+0.000;−0.000", CultureInfo.InvariantCulture);
    }

    private static void Write(TieredSet set, TierFigures[] ways, TextWriter output) => Write(set.Name, set.Cutoff, ways, output);

    private static void Write(string name, int cutoff, TierFigures[] ways, TextWriter output)
    {
        var fused = ways[^3];
        foreach (var way in ways)
        {
            var (mean, low, high) = way.Against(fused);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {way.Name} | {way.Queries} | {way.Ndcg:F4} (@{cutoff}) | {way.Recall:F3} | {way.RightFirst} | " +
                $"{(way == fused ? "–" : $"{Signed(mean)} [{Signed(low)}, {Signed(high)}]")} | " +
                $"{way.Milliseconds(0.5):F0} | {way.Milliseconds(0.95):F0} |"));
        }
    }
}
