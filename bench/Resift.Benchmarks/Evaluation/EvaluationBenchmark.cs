using System.Diagnostics;
using Resift.Evaluation;

namespace Resift.Benchmarks;

/// <summary>Lines of a run that are evaluated in a second, and the memory for it: grouped by query, and interleaved.</summary>
internal static class EvaluationBenchmark
{
    private static readonly Measure[] _measures =
        [Measure.Ndcg(10), Measure.AveragePrecision(), Measure.ReciprocalRank(10), Measure.Recall(100), Measure.Judged(10)];

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output)
    {
        var numbers = NumberArguments.Parse(args, ("--lines", 10_000_000), ("--interleaved", 2_000_000), ("--rounds", 3));
        output.WriteLine($"{Processor.Describe()}, {Environment.ProcessorCount} processors");
        output.WriteLine($"Measures: {string.Join(", ", _measures.Select(measure => measure.ToString()))}");
        for (int round = 0; round < numbers["--rounds"]; round++)
        {
            await MeasureAsync("grouped by query", new(numbers["--lines"], isInterleaved: false), output).ConfigureAwait(false);
        }

        await MeasureAsync("interleaved", new(numbers["--interleaved"], isInterleaved: true), output).ConfigureAwait(false);
        return 0;
    }

    private static async Task MeasureAsync(string name, GeneratedRun run, TextWriter output)
    {
        using (run)
        {
            var evaluator = new Evaluator(run.Qrels, _measures);
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
            double before = MemorySample.Take(TimeSpan.Zero).WorkingSet;
            using var sampler = new MemorySampler(TextWriter.Null);
            long start = Stopwatch.GetTimestamp();
            var processor = Environment.CpuUsage.TotalTime;
            var results = await evaluator.EvaluateFileAsync(run.Path).ConfigureAwait(false);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            double busy = (Environment.CpuUsage.TotalTime - processor).TotalSeconds;
            double grown = sampler.Stop().Max(sample => sample.WorkingSet) - before;
            output.WriteLine(
                $"{run.Lines:N0} lines {name}, {new FileInfo(run.Path).Length / MemorySample.Megabyte:F0} MB: {seconds:F1} s, " +
                $"{run.Lines / seconds:N0} lines a second ({run.Lines / busy:N0} by processor time); working set +{grown:F1} MB, " +
                $"{grown * MemorySample.Megabyte / run.Lines:F1} bytes a line; {results[0]}");
        }
    }
}
