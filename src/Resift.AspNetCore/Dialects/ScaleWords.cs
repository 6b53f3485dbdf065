namespace Resift.AspNetCore;

/// <summary>The scales of scores as our own paths call them.</summary>
internal static class ScaleWords
{
    // JSON knows no infinity, which is the logit of a probability that was rounded to 0 or 1.
    private const double LargestLogit = 100;

    public static string Name(this ScoreScale scale) => scale switch
    {
        ScoreScale.Probability => "probability",
        ScoreScale.Logit => "logit",
        ScoreScale.Cosine => "cosine",
        ScoreScale.Rank => "rank",
        _ => "unspecified",
    };

    /// <summary>Gets the number that stands for a score in JSON.</summary>
    public static double Finite(double score, ScoreScale scale) =>
        scale is ScoreScale.Logit ? Math.Clamp(score, -LargestLogit, LargestLogit) : score;

    /// <summary>Reads the fields <c>scale</c> and <c>min_score</c>.</summary>
    /// <returns>The scale; null for that of the model. The lowest score; null for all.</returns>
    /// <exception cref="ServerProblem">They mean nothing, or a score is given without its scale.</exception>
    public static (ScoreScale? Scale, double? MinScore) Read(RequestBody body)
    {
        ScoreScale? scale = body.Text("scale") switch
        {
            null => null,
            "probability" => ScoreScale.Probability,
            "logit" => ScoreScale.Logit,
            "cosine" => ScoreScale.Cosine,
            var other => throw new ServerProblem(ProblemKind.Invalid,
                $"'scale' is '{other}'; 'probability', 'logit' or 'cosine' was expected."),
        };
        double? minScore = body.Real("min_score");
        string? range = (scale, minScore) switch
        {
            (ScoreScale.Probability, < 0 or > 1) => "from 0 to 1",
            (ScoreScale.Cosine, < -1 or > 1) => "from -1 to 1",
            _ => null,
        };
        return (scale, minScore) switch
        {
            (null, not null) => throw new ServerProblem(ProblemKind.Invalid,
                "'min_score' needs 'scale' beside it, since a score means nothing without: send \"scale\": \"probability\", for example."),
            _ when range is not null => throw new ServerProblem(ProblemKind.Invalid, FormattableString.Invariant(
                $"'min_score' is {minScore}, but the scale '{scale!.Value.Name()}' goes {range}.")),
            _ => (scale, minScore),
        };
    }

    /// <summary>Creates the error of a model whose scores cannot be had on a scale.</summary>
    public static ServerProblem NotOf(ScoreScale from, ScoreScale to) => new(ProblemKind.Invalid,
        $"The scores are on the scale '{from.Name()}', of which no formula makes '{to.Name()}'. Leave out 'scale' and 'min_score', or " +
        "name another model.");
}
