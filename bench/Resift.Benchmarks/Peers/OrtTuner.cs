using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace Resift.Benchmarks;

/// <summary>
/// Finds the fastest way to run ONNX Runtime on this machine: first the batches and threads, then one switch at a time on the best of
/// them, each in turns with it, then a final between the two best of the first step and the switches that helped.
/// </summary>
/// <param name="graphs">The graphs that compute the same scores, the one that is tried first in front.</param>
/// <param name="threads">How many threads may compute.</param>
/// <param name="requests">What is scored.</param>
/// <param name="reference">The first request's scores; a setting that gives others is no candidate.</param>
/// <param name="output">Where to say what was tried.</param>
internal sealed class OrtTuner(
    IReadOnlyList<string> graphs,
    int threads,
    IReadOnlyList<EncodedPair[]> requests,
    float[] reference,
    TextWriter output)
{
    private const int FinalRounds = 3;

    /// <summary>How many times slower than the fastest so far a first run must be for a second one to be a waste of time.</summary>
    private const double HopelessAt = 1.6;

    /// <summary>The share of the time that must be left for a switch to have helped rather than been lucky.</summary>
    private const double WorthAt = 0.99;

    private static readonly int[] s_tokenBudgets = [512, 1024, 2048, 4096];
    private static readonly int[] s_batchSizes = [8, 16, 32];

    public OrtSetting FindBest()
    {
        OrtSetting[] shapes = [.. TryShapes().Take(2)];
        return Final([.. shapes.Concat(TrySwitches(shapes[0])).Distinct()]);
    }

    /// <summary>Times batches and threads, and gives them fastest first.</summary>
    private IEnumerable<OrtSetting> TryShapes()
    {
        var seconds = new Dictionary<OrtSetting, double>();
        foreach (var setting in Shapes())
        {
            using var engine = new OrtEngine(setting);
            double time = Time(engine);
            if (time < HopelessAt * seconds.Values.DefaultIfEmpty(time).Min())
            {
                time = Math.Min(Time(engine), Time(engine));
            }

            seconds.Add(setting, time);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {requests[0].Length / time,6:F1} pairs/s  {setting}"));
        }

        return seconds.OrderBy(entry => entry.Value).Select(entry => entry.Key);
    }

    /// <summary>Turns one switch at a time, and gives the setting with the most helpful one and the setting with all that helped.</summary>
    private IEnumerable<OrtSetting> TrySwitches(OrtSetting start)
    {
        using var engine = new OrtEngine(start);
        Time(engine);
        var helpful = new List<(Func<OrtSetting, OrtSetting> Turn, double Share)>();
        foreach (var turn in Switches())
        {
            if (turn(start) is var turned && turned != start && CompareOrNull(engine, turned) is { } share)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {1 / share,6:F3} x as fast {turned}"));
                if (share < WorthAt)
                {
                    helpful.Add((turn, share));
                }
            }
        }

        return helpful.Count == 0
            ? []
            : [helpful.MinBy(entry => entry.Share).Turn(start), helpful.Aggregate(start, (setting, entry) => entry.Turn(setting))];
    }

    private IEnumerable<OrtSetting> Shapes()
    {
        int[] workers = threads == 1 ? [1] : threads < 4 ? [threads, 1] : [threads, threads / 2, 1];
        OrtBatching[] batchings =
        [
            .. s_batchSizes.Select(pairs => new OrtBatching(OrtBatchingKind.Sorted, pairs)),
            .. s_tokenBudgets.Select(tokens => new OrtBatching(OrtBatchingKind.TokenBudget, tokens)),
        ];
        return workers.SelectMany(count => batchings.Select(batching => new OrtSetting(graphs[0], batching, count, threads / count)));
    }

    private IEnumerable<Func<OrtSetting, OrtSetting>> Switches() =>
    [
        .. graphs.Skip(1).Select(graph => (Func<OrtSetting, OrtSetting>)(setting => setting with { Graph = graph })),
        setting => setting with { SessionPerWorker = setting.Workers == 1 },
        setting => setting with { Spinning = setting.IntraThreads == 1 },
        setting => setting with { Arena = false },
        setting => setting with { MemoryPattern = false },
        setting => setting with { DenormalsAsZero = true },
        setting => setting with { GeluApproximation = true },
        setting => setting with { Level = GraphOptimizationLevel.ORT_ENABLE_EXTENDED },
        setting => setting with { Level = GraphOptimizationLevel.ORT_ENABLE_BASIC },
    ];

    /// <summary>Runs a setting and an engine in turns, and gives the time of the one as a share of the other's.</summary>
    private double? CompareOrNull(OrtEngine engine, OrtSetting setting)
    {
        using var other = new OrtEngine(setting);
        double difference = ScoreAgreement.LargestDifference(reference, other.Score(requests[0]));
        if (!(difference <= ScoreAgreement.Tolerance))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  scores differ by {difference:E1}, no candidate: {setting}"));
            return null;
        }

        double own = Time(engine), others = Time(other);
        return Math.Min(others, Time(other)) / Math.Min(own, Time(engine));
    }

    /// <summary>Times the finalists in turns on all requests, after a round to warm up.</summary>
    private OrtSetting Final(OrtSetting[] settings)
    {
        OrtEngine[] engines = [.. settings.Select(setting => new OrtEngine(setting))];
        double[][] seconds = [.. engines.Select(_ => new double[FinalRounds])];
        for (int round = -1; round < FinalRounds; round++)
        {
            for (int i = 0; i < engines.Length; i++)
            {
                seconds[i][Math.Max(0, round)] = requests.Sum(request => Time(engines[i], request));
            }
        }

        Array.ForEach(engines, engine => engine.Dispose());
        return settings[Enumerable.Range(0, settings.Length).MinBy(i => Statistics.Median(seconds[i]))];
    }

    private double Time(OrtEngine engine) => Time(engine, requests[0]);

    private static double Time(OrtEngine engine, EncodedPair[] request)
    {
        long start = Stopwatch.GetTimestamp();
        engine.Score(request);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
