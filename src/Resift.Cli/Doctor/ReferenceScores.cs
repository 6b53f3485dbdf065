using System.Globalization;

namespace Resift.Cli;

/// <summary>A pair whose score others published.</summary>
/// <param name="Query">The query.</param>
/// <param name="Document">The document.</param>
/// <param name="Logit">What the head of the model gives it, before any activation.</param>
internal sealed record ReferencePair(string Query, string Document, double Logit);

/// <summary>
/// Compares a reranker of the hub with scores that others published: model cards, and the tests of sentence-transformers, fastembed and
/// text-embeddings-inference.
/// </summary>
internal static class ReferenceScores
{
    // Some are published with four digits; the same weights in another runtime differ by less.
    private const double Tolerance = 1e-3;

    private const string Berlin = "How many people live in Berlin?";
    private const string BerlinAnswer =
        "Berlin had a population of 3,520,031 registered inhabitants in an area of 891.82 square kilometers.";

    private const string France = "What is the capital of France?";
    private const string FranceAnswer = "Paris is the capital of France.";
    private const string FranceOther = "Berlin is the capital of Germany.";

    private static readonly Dictionary<string, ReferencePair[]> _pairs = new(StringComparer.OrdinalIgnoreCase)
    {
        ["cross-encoder/ms-marco-MiniLM-L6-v2"] =
        [
            new(Berlin, BerlinAnswer, 8.607138),
            new(Berlin, "Berlin is well known for its museums.", -4.3200774),
            .. OfFrance(8.500708, -2.541011),
        ],
        ["cross-encoder/ms-marco-MiniLM-L12-v2"] =
        [
            new(Berlin, BerlinAnswer, 9.218911),
            new(Berlin, "Berlin is well known for its museums.", -4.0780287),
            new(Berlin, BerlinAnswer.Replace("had", "has", StringComparison.Ordinal), 9.450558),
            new(Berlin, "New York City is famous for the Metropolitan Museum of Art.", -11.160483),
            .. OfFrance(9.330912, -2.0380247),
        ],
        ["BAAI/bge-reranker-base"] = OfFrance(6.15733337, -3.65939403),
        ["jinaai/jina-reranker-v1-tiny-en"] = OfFrance(2.5911, 0.1122),
        ["jinaai/jina-reranker-v1-turbo-en"] = OfFrance(1.8295, -2.8908),
        ["jinaai/jina-reranker-v2-base-multilingual"] = OfFrance(1.6533, -1.6455),
        ["Alibaba-NLP/gte-reranker-modernbert-base"] = [new("What is Deep Learning?", "Deep Learning is not...", 2.13616)],
    };

    /// <summary>Gets the pairs of a model; none where none are known.</summary>
    /// <param name="modelId">Its name on the hub, in its present spelling or the one before.</param>
    public static IReadOnlyList<ReferencePair> Of(string modelId) =>
        _pairs.GetValueOrDefault(modelId.Replace("MiniLM-L-", "MiniLM-L", StringComparison.OrdinalIgnoreCase), []);

    /// <summary>Compares what the model's head gives, before any calibration or activation.</summary>
    public static async Task<CheckResult> CompareAsync(
        IReadOnlyList<ReferencePair> pairs, LocalModelInfo info, IReranker reranker, CancellationToken cancellationToken)
    {
        var different = new List<string>();
        double largest = 0;
        foreach (var pair in pairs)
        {
            var response = await reranker.RerankAsync(pair.Query, [pair.Document], null, cancellationToken);
            double logit = HeadLogit(info, response);
            double off = Math.Abs(logit - pair.Logit);
            largest = Math.Max(largest, off);

            // A score that is no number is as far off as can be.
            if (!(off <= Tolerance))
            {
                different.Add($"'{pair.Document}' scores {ScoreChecks.Shown(logit)} for '{pair.Query}', where " +
                    $"{ScoreChecks.Shown(pair.Logit)} is published");
            }
        }

        string count = string.Create(CultureInfo.InvariantCulture, $"{pairs.Count - different.Count} of {pairs.Count} published scores");
        return different is []
            ? CheckResult.Ok(Checks.Golden, string.Create(
                CultureInfo.InvariantCulture, $"{count} are met, the worst within {largest:0.#####} (logits)"))
            : CheckResult.Fail(
                Checks.Golden, $"{count} are met: {different[0]} (logits)",
                $"Compare the files with the hub's by 'resift models verify {info.ModelId}'. If they are right, another revision may " +
                "have other weights, and weights of fewer bits other scores.");
    }

    /// <summary>Gets what the model's head gave the only document.</summary>
    public static double HeadLogit(LocalModelInfo info, RerankResponse response)
    {
        double score = response.Results[0].Score;
        return info.Calibration?.HeadLogit(score) ?? response.ScoreScale.Convert(score, ScoreScale.Logit);
    }

    private static ReferencePair[] OfFrance(double answer, double other) =>
        [new(France, FranceAnswer, answer), new(France, FranceOther, other)];
}
