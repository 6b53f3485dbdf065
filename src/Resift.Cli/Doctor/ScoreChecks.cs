using System.Globalization;

namespace Resift.Cli;

/// <summary>What the scores of the golden questions say about a reranker.</summary>
/// <param name="answers">The scores.</param>
/// <param name="declared">The scale that they are said to be on.</param>
internal sealed class ScoreChecks(IReadOnlyList<GoldenAnswer> answers, ScoreScale declared)
{
    // Sums in fp16 and fp32 may lie a little beyond the ends of their scale.
    private const double Rounding = 1e-5;

    private readonly double _lowest = answers.Min(answer => answer.Scores.Min());
    private readonly double _highest = answers.Max(answer => answer.Scores.Max());

    /// <summary>Gets how far the scores reach.</summary>
    public double Spread => _highest - _lowest;

    /// <summary>Looks for scores that the texts have nothing to do with.</summary>
    public CheckResult Order()
    {
        if (answers.All(answer => answer.Scores.Max() - answer.Scores.Min() <= 1e-9))
        {
            return CheckResult.Fail(
                Checks.Order, "all documents of a question have the same score, whatever they say",
                "The model's head is empty or its input is lost: check that the server loaded a reranker with all of its weights.");
        }

        if (answers.All(answer => IsFalling(answer.Scores)) || answers.All(answer => IsFalling([.. answer.Scores.Reverse()])))
        {
            return CheckResult.Fail(
                Checks.Order, "the scores follow the order of the input, whatever the documents say",
                "Something on the way to the model numbers the documents instead of scoring them: check proxies and the server's log.");
        }

        return CheckResult.Ok(Checks.Order, "it depends on what the documents say");
    }

    /// <summary>Looks whether answers are told from documents about something else.</summary>
    public CheckResult Head()
    {
        int pairs = answers.Sum(answer => answer.OfOthers.Count());
        int right = answers.Sum(answer => answer.OfOthers.Count(other => answer.OfAnswer > other));
        string found = $"the answer is above {Number(right)} of {Number(pairs)} documents about something else";

        // One of the pairs may be too hard for a small model; two are no accident, for they are obvious.
        if (right >= pairs - 1)
        {
            return CheckResult.Ok(Checks.Head, found);
        }

        if (right <= 1)
        {
            return CheckResult.Fail(
                Checks.Head, $"{found}: the order is upside down",
                "The wrong label is read as the relevant one, or distances are taken for scores: check the labels in config.json.");
        }

        return CheckResult.Fail(
            Checks.Head, $"{found}; any reranker tells these apart",
            "The model is none, or its head has no trained weights, as when an embedder or a bare encoder is served as a reranker: " +
            "choose a cross-encoder.");
    }

    /// <summary>Looks whether the scores can be on the scale that they are said to be on.</summary>
    public CheckResult Scale() => declared switch
    {
        ScoreScale.Rank => CheckResult.Skipped(Checks.Scale, "scores are an order only"),
        ScoreScale.Probability when _lowest < -Rounding || _highest > 1 + Rounding => CheckResult.Fail(
            Checks.Scale, $"scores are said to be probabilities, but reach from {Shown(_lowest)} to {Shown(_highest)}: these are logits",
            "Let the server apply a sigmoid, or say \"scale\": \"logit\" for it in resift.json."),
        ScoreScale.Cosine when _lowest < -1 - Rounding || _highest > 1 + Rounding => CheckResult.Fail(
            Checks.Scale, $"scores are said to be cosines, but reach from {Shown(_lowest)} to {Shown(_highest)}",
            "Say what they are by \"scale\" in resift.json."),
        ScoreScale.Probability or ScoreScale.Unspecified when IsSquashedTwice => CheckResult.Fail(
            Checks.Scale, $"all scores are between {Shown(_lowest)} and {Shown(_highest)}, where a sigmoid takes numbers from 0 to 1",
            "The sigmoid is applied twice, by the model and by the server: turn one off. The order is right, but thresholds are not."),
        ScoreScale.Logit when _lowest >= 0 && _highest <= 1 => CheckResult.Fail(
            Checks.Scale, $"scores are said to be logits, but reach from {Shown(_lowest)} to {Shown(_highest)}: these are probabilities",
            "Say \"scale\": \"probability\" for it in resift.json, where a threshold of 0 would keep everything."),
        ScoreScale.Unspecified => CheckResult.Ok(
            Checks.Scale, $"not stated, so there are no thresholds; here from {Shown(_lowest)} to {Shown(_highest)}"),
        _ => CheckResult.Ok(Checks.Scale, $"{declared.Name()}, here from {Shown(_lowest)} to {Shown(_highest)}"),
    };

    public static string Shown(double score) => score.ToString("0.####", CultureInfo.InvariantCulture);

    // 1 / (1 + e⁻ˣ) takes [0, 1] to [0.5, 0.7311].
    private bool IsSquashedTwice => _lowest >= 0.5 - Rounding && _highest <= 1 / (1 + Math.Exp(-1)) + Rounding;

    private static bool IsFalling(IReadOnlyList<double> scores) => scores.Zip(scores.Skip(1)).All(pair => pair.First > pair.Second);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
