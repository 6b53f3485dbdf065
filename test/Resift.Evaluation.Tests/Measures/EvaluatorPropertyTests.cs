using System.Globalization;
using CsCheck;

namespace Resift.Evaluation.Tests.Measures;

/// <summary>What holds for any judgements and any run, with ties, unjudged documents and queries of either side only.</summary>
public sealed class EvaluatorPropertyTests : IDisposable
{
    private static readonly Measure[] _measures =
    [
        Measure.Ndcg(), Measure.Ndcg(5), Measure.ExponentialNdcg(5), Measure.AveragePrecision(10), Measure.ReciprocalRank(5),
        Measure.Recall(5), Measure.Precision(5), Measure.Success(5), Measure.RPrecision(), Measure.Bpref(),
        Measure.ExpectedReciprocalRank(5), Measure.RankBiasedPrecision(), Measure.Judged(5), Measure.SetPrecision(), Measure.SetRecall(),
    ];

    // Query 0 is always judged and found, so that there is something to evaluate.
    private static readonly Gen<Judgements> _judgements =
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 12], Gen.Int[-1, 4])
            .Array[0, 40]
            .Select(rows => new Judgements([.. rows.Append((0, 0, 1)).DistinctBy(row => (row.Item1, row.Item2))]));

    private static readonly Gen<string[]> _lines =
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 15], Gen.Int[0, 6])
            .Array[0, 60]
            .Select(rows => rows.Append((0, 1, 3)).DistinctBy(row => (row.Item1, row.Item2))
                .Select(row => string.Create(CultureInfo.InvariantCulture, $"q{row.Item1} Q0 d{row.Item2} 1 {row.Item3 / 2.0} tag"))
                .ToArray());

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task EvaluateFileAsync_LinesInAnyOrder_TheSameValues() => Gen.Select(_judgements, _lines, Gen.Int).SampleAsync(
        async (judgements, lines, seed) =>
        {
            string[] shuffled = [.. lines];
            new Random(seed).Shuffle(shuffled);
            var evaluator = new Evaluator(judgements.Qrels, _measures);

            var grouped = await EvaluateAsync(evaluator, [.. lines.Order(StringComparer.Ordinal)]);
            var interleaved = await EvaluateAsync(evaluator, shuffled);
            var inMemory = evaluator.Evaluate(await Run.ReadAsync(Write(shuffled), Cancellation));

            Assert.Equal(grouped, interleaved);
            Assert.Equal(grouped, Values(inMemory));
        },
        iter: 200,
        threads: 1);

    [Fact]
    public Task EvaluateFileAsync_UnjudgedDocumentAtTheEnd_NoNdcgChanges() => Gen.Select(_judgements, _lines).SampleAsync(
        async (judgements, lines) =>
        {
            Measure[] ndcg = [Measure.Ndcg(), Measure.Ndcg(3), Measure.ExponentialNdcg(), Measure.ExponentialNdcg(3)];
            var evaluator = new Evaluator(judgements.Qrels, ndcg);
            var queries = lines.Select(line => line.Split(' ')[0]).Distinct();
            string[] more = [.. lines, .. queries.Select(query => $"{query} Q0 unjudged 9 -1 tag")];

            Assert.Equal(await EvaluateAsync(evaluator, lines), await EvaluateAsync(evaluator, more));
        },
        iter: 200,
        threads: 1);

    [Fact]
    public Task EvaluateFileAsync_AnyRun_ValuesAreFromZeroToOne() => Gen.Select(_judgements, _lines).SampleAsync(
        async (judgements, lines) =>
            Assert.All(
                (await EvaluateAsync(new Evaluator(judgements.Qrels, _measures), lines)).SelectMany(values => values),
                value => Assert.InRange(value, 0, 1 + 1e-12)),
        iter: 200,
        threads: 1);

    private static double[][] Values(IReadOnlyList<MeasureResult> results) =>
        [.. results.Select(result => result.ByQuery.Values.ToArray())];

    private async Task<double[][]> EvaluateAsync(Evaluator evaluator, string[] lines) =>
        Values(await evaluator.EvaluateFileAsync(Write(lines), Cancellation));

    private string Write(string[] lines) => _folder.Write("run", string.Join('\n', lines));

    private sealed record Judgements((int Query, int Document, int Grade)[] Rows)
    {
        public Qrels Qrels { get; } = Qrels.Create(Rows
            .GroupBy(row => $"q{row.Query}")
            .Select(query => KeyValuePair.Create(query.Key, query.Select(row => KeyValuePair.Create($"d{row.Document}", row.Grade)))));
    }
}
