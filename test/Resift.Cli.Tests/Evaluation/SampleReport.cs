namespace Resift.Cli.Tests.Evaluation;

/// <summary>A report that has everything a report can have, with foreign texts that try to be more than text.</summary>
internal static class SampleReport
{
    public const string Hostile = "<script>document.title='taken'</script>\"'><img src=x onerror=alert(1)>\u001b[2J\u202Egnihtemos & more";

    private static readonly int[] _depths = [10, 20, 50, 100];

    private static readonly string[] _measures = ["nDCG@10", "RR@10", "R@10"];

    private static readonly (string Name, double Error)[] _calibrations = [("as they come", 0.12), ("platt", 0.04), ("isotonic", 0.05)];

    public static EvaluationReport Create() => new()
    {
        Measure = "nDCG@10",
        Command = $"resift eval scifact {Hostile}",
        Seed = 1,
        Sets =
        [
            new("scifact", 100, 300, [Stage("lexical", 0.05), Stage("hybrid", -0.02)]),
            new(Hostile, 25, 25, [Stage(Hostile, 0.001)]),
        ],
    };

    private static StageReport Stage(string name, double gain) => new(
        name,
        [.. _depths.Select((depth, i) => new CeilingPoint(depth, 0.7 + (i * 0.08), 0.75 + (i * 0.07)))],
        System(name, 0, null, 3) with { IsPareto = true },
        [
            System("light", gain, 16, 40) with { IsPareto = gain > 0 },
            System("full", gain * 1.5, 18, 220),
            System(Hostile, gain / 2, 50, 900),
        ]);

    private static SystemReport System(string name, double gain, int? depth, double milliseconds) => new()
    {
        Name = name,
        Model = depth is null ? null : "model",
        Depth = depth,
        FirstStageWeight = depth is null ? null : 0.4,
        Quality = [.. _measures.Select(measure =>
            new QualityReport(measure, 0.66 + gain, 0.6 + gain, 0.72 + gain))],
        Comparison = depth is null ? null : new(
            gain > 0.01 ? "helps" : gain < -0.005 ? "hurts" : "no difference shown",
            "+0.042 nDCG@10, 95 % interval +0.021 … +0.063, p = 0.0004; helps 61 %, hurts 22 % of the queries",
            gain, gain - 0.02, gain + 0.02, 0.0004, 61, 22, 0.03),
        Effort = new()
        {
            MedianMilliseconds = milliseconds,
            SlowMilliseconds = milliseconds * 1.8,
            PairsPerSecond = depth is null ? null : 90,
            Pairs = 100L * (depth ?? 0),
            Tokens = 25_000,
            CostPerThousand = name == Hostile ? 2.5 : 0,
        },
        Curve = depth is null ? [] : [.. _depths.Select((at, i) => new CurvePoint(at, 0.66 + gain + (i * 0.004), at * 12))],
        Queries = [new("q1", 0.5), new(Hostile, 0.82 + gain)],
        Movements = depth is null ? [] :
        [
            Movement("q1", "Do statins lower the risk of a second stroke?", 0.2, 0.9),
            Movement("q2", Hostile, 0.8, 0.1),
            Movement("q3", "Vitamin D and bone density in children", 0.5, 0.4),
        ],
        Thresholds = depth is null ? null : new()
        {
            Scale = "probability",
            Relevant = 120,
            Others = 1680,
            Distribution = [.. Enumerable.Range(0, 20).Select(i => new ScoreBin(i / 20.0, (i + 1) / 20.0, i, 200 / (i + 1)))],
            Points = [.. Enumerable.Range(0, 20).Select(i => new ThresholdValue(i / 20.0, 0.1 + (i * 0.04), 1 - (i * 0.05)))],
            WantedPrecision = 0.8,
            Recommended = new(18 / 20.0, 0.1 + (18 * 0.04), 1 - (18 * 0.05)),
            Calibrations =
            [
                .. _calibrations.Select(entry => new CalibrationReport(
                    entry.Name, entry.Error,
                    [
                        .. Enumerable.Range(0, 10).Select(
                            i => new CalibrationBin((i + 0.5) / 10, Math.Min(1, i * (0.08 + entry.Error)), 50)),
                    ])),
            ],
        },
        Warnings = depth == 50 ? ["31.0 % of its ten best were never judged, and 12.0 % of the first stage's."] : [],
    };

    private static MovementReport Movement(string id, string query, double before, double after) => new(
        id, query, before, after, after > before ? "A relevant document rose from 9 to 1." : "A relevant document fell from 1 to 14.",
        [
            new("d1", 1, 9, 1, "Statin therapy after ischaemic stroke: a randomised trial of 4,731 patients …"),
            new(Hostile, null, 2, 3, Hostile),
        ]);
}
