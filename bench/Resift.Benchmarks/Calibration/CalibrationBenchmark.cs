using System.Globalization;

namespace Resift.Benchmarks;

/// <summary>
/// Fits the calibration of a bundled cross-encoder on judged candidates, and measures how far its probabilities are off on sets that it
/// was not fitted on.
/// </summary>
internal static class CalibrationBenchmark
{
    private const int Bins = 10;

    // Of these sets TREC's alone judged what is irrelevant; NFCorpus's grade 1 means a link of a link.
    private static readonly (string Name, int Level, bool JudgedOnly)[] _sets =
    [
        ("trec-dl21-passage", 2, true),
        ("scifact", 1, false),
        ("nfcorpus", 2, false),
        ("cranfield", 1, false),
        ("cosqa", 1, false),
    ];

    public static async Task<int> RunAsync(string model, IReadOnlyList<string> args, TextWriter output)
    {
        var numbers = NumberArguments.Parse(args, ("--queries", 50), ("--depth", 30), ("--threads", Environment.ProcessorCount));
        var options = new LocalModelOptions { Threads = numbers["--threads"] };
        using var reranker = model switch
        {
            MiniModels.RerankerName => MiniModels.LoadReranker(options),
            MiniLM12Model.RerankerName => MiniLM12Model.LoadReranker(options),
            _ => LocalReranker.Load(model, options),
        };
        string folder = Repository.SharedOrNull("datasets") ?? throw new ArgumentException(
            "There is no folder shared/datasets beside the repository, which holds the judged sets.");
        var scores = new Dictionary<string, IReadOnlyList<JudgedScore>>();
        foreach (var (name, level, judgedOnly) in _sets)
        {
            var set = await CalibrationSet.ReadAsync(
                Path.Combine(folder, name), level, judgedOnly, numbers["--queries"], numbers["--depth"]);
            scores.Add(name, await set.ScoreAsync(reranker));
        }

        output.WriteLine(
            $"{model}: calibration error in {Bins} bins, of candidates of BM25 " +
            $"(first {numbers["--depth"]} of {numbers["--queries"]} queries)");
        output.WriteLine();
        output.WriteLine(
            "| set | pairs | relevant | fitted on it: slope, intercept | plain sigmoid " +
            "| fitted on the others | fitted on TREC | by the folder |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        var calibration = reranker.GetService<LocalModelInfo>()!.Calibration;
        foreach (var (name, set) in scores)
        {
            var own = PlattCalibration.Fit(set);
            var others = PlattCalibration.Fit(Balanced(scores.Where(other => other.Key != name).Select(other => other.Value)));
            var trec = PlattCalibration.Fit(scores[_sets[0].Name]);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {set.Count} | {set.Average(pair => pair.Relevant ? 1.0 : 0):P1} | {own.Slope:F4}, {own.Intercept:F4} " +
                $"| {Error(set, new(1, 0)):F3} | {Error(set, others):F3} | {Error(set, trec):F3} " +
                $"| {(calibration is null ? "–" : $"{Error(set, new(calibration.Slope, calibration.Intercept)):F3}")} |"));
        }

        output.WriteLine();
        output.WriteLine($"fitted on all:  {PlattCalibration.Fit(Balanced(scores.Values)).ToJson()}");
        output.WriteLine($"fitted on TREC: {PlattCalibration.Fit(scores[_sets[0].Name]).ToJson()}");
        return 0;
    }

    // No set may count for more than another because more of it was judged.
    private static IEnumerable<JudgedScore> Balanced(IEnumerable<IReadOnlyList<JudgedScore>> sets)
    {
        var all = sets.ToArray();
        int least = all.Min(set => set.Count);
        return all.SelectMany(set => Enumerable.Range(0, least).Select(i => set[(int)((long)i * set.Count / least)]));
    }

    /// <summary>
    /// The expected calibration error: by how much each bin's mean probability misses the share of relevant documents in it.
    /// </summary>
    private static double Error(IReadOnlyList<JudgedScore> set, PlattCalibration calibration) => set
        .Select(pair => (Probability: calibration.Calibrate(pair.Score), Relevant: pair.Relevant ? 1.0 : 0))
        .GroupBy(pair => Math.Min((int)(pair.Probability * Bins), Bins - 1))
        .Sum(bin => Math.Abs(bin.Sum(pair => pair.Probability - pair.Relevant))) / set.Count;
}
