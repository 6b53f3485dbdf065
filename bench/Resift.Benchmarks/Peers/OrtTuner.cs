using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace Resift.Benchmarks;

/// <summary>
/// Finds the fastest way to run ONNX Runtime on this machine: first the batches and threads on a few pairs, then the best three of them on
/// a whole request, then one switch at a time on the best, each in turns with it, and a final between those three and the switches that
/// helped. What there is no time for is not tried, and the output says so.
/// </summary>
/// <param name="graphs">The graphs that compute the same scores, the one that is tried first in front.</param>
/// <param name="threads">How many threads may compute.</param>
/// <param name="requests">What is scored.</param>
/// <param name="reference">The first request's scores; a setting that gives others is no candidate.</param>
/// <param name="box">The time that tuning may take, but for its final.</param>
/// <param name="output">Where to say what was tried.</param>
internal sealed class OrtTuner(
    IReadOnlyList<string> graphs,
    int threads,
    IReadOnlyList<EncodedPair[]> requests,
    float[] reference,
    TimeBox box,
    TextWriter output)
{
    private const int FinalRounds = 2;
    private const int CoarsePairs = 32;
    private const int Finalists = 3;

    /// <summary>The share of the time that must be left for a switch to have helped rather than been lucky.</summary>
    private const double WorthAt = 0.99;

    private static readonly int[] _tokenBudgets = [512, 1024, 2048, 4096];
    private static readonly int[] _batchSizes = [8, 16, 32];

    /// <summary>Finds the fastest batches and threads alone, for a graph whose other settings are known to be good.</summary>
    public OrtSetting FindShape() => FindShapes()[0];

    public OrtSetting FindBest()
    {
        var shapes = FindShapes();
        return Final([.. shapes.Concat(TrySwitches(shapes[0])).Distinct()]);
    }

    private OrtSetting[] FindShapes()
    {
        var few = requests[0][..Math.Min(CoarsePairs, requests[0].Length)];
        var ordered = Order([.. Shapes()], few);

        // A few pairs do not keep several workers busy to the end: the best of each number of workers goes on.
        return Order([.. ordered.DistinctBy(setting => setting.Workers).Union(ordered.Take(Finalists))], requests[0]);
    }

    /// <summary>Times batches and threads, and gives them fastest first.</summary>
    /// <remarks>All of them there and back again: a busy minute would spoil two runs in a row, but hardly both of two far apart.</remarks>
    private OrtSetting[] Order(OrtSetting[] shapes, EncodedPair[] pairs)
    {
        var seconds = new Dictionary<OrtSetting, double>();
        foreach (var setting in box.Take(shapes.Concat(shapes.Reverse()), Finalists))
        {
            using var engine = new OrtEngine(setting);
            engine.Score(pairs[..Math.Min(pairs.Length, 2)]);
            double time = Time(engine, pairs);
            seconds[setting] = Math.Min(seconds.GetValueOrDefault(setting, double.PositiveInfinity), Math.Min(time, Time(engine, pairs)));
        }

        foreach (var (setting, time) in seconds.OrderBy(entry => entry.Value))
        {
            output.WriteLine($"  {pairs.Length / time,5:F1} pairs/s    {setting}");
        }

        int untried = shapes.Length - seconds.Count;
        if (untried > 0)
        {
            output.WriteLine($"  {untried} more were not tried for want of time");
        }

        return [.. seconds.OrderBy(entry => entry.Value).Select(entry => entry.Key)];
    }

    /// <summary>Turns one switch at a time, and gives the setting with the most helpful one and the setting with all that helped.</summary>
    private IEnumerable<OrtSetting> TrySwitches(OrtSetting start)
    {
        using var engine = new OrtEngine(start);
        Time(engine);
        var helpful = new List<(Func<OrtSetting, OrtSetting> Turn, double Share)>();
        foreach (var turn in box.Take(Switches(), atLeast: 1))
        {
            if (turn(start) is var turned && turned != start && CompareOrNull(engine, turned) is { } share)
            {
                output.WriteLine($"  {1 / share,5:F2} x as fast  {turned}");
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
            .. _batchSizes.Select(pairs => new OrtBatching(OrtBatchingKind.Sorted, pairs)),
            .. _tokenBudgets.Select(tokens => new OrtBatching(OrtBatchingKind.TokenBudget, tokens)),
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
            output.WriteLine($"  scores differ by {difference:E1}, no candidate: {setting}");
            return null;
        }

        double own = Time(engine), others = Time(other);
        return Math.Min(others, Time(other)) / Math.Min(own, Time(engine));
    }

    /// <summary>Times the finalists in turns on all requests and gives the one with the fastest round; the first warms up.</summary>
    private OrtSetting Final(OrtSetting[] settings)
    {
        OrtEngine[] engines = [.. settings.Select(setting => new OrtEngine(setting))];
        double[] seconds = [.. engines.Select(_ => double.PositiveInfinity)];
        for (int round = 0; round <= FinalRounds; round++)
        {
            for (int i = 0; i < engines.Length; i++)
            {
                seconds[i] = Math.Min(seconds[i], requests.Sum(request => Time(engines[i], request)));
            }
        }

        Array.ForEach(engines, engine => engine.Dispose());
        return settings[Array.IndexOf(seconds, seconds.Min())];
    }

    private double Time(OrtEngine engine) => Time(engine, requests[0]);

    private static double Time(OrtEngine engine, EncodedPair[] request)
    {
        long start = Stopwatch.GetTimestamp();
        engine.Score(request);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
