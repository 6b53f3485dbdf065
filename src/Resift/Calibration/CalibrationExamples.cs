namespace Resift;

/// <summary>Judged scores from which a calibration can be fitted, and what the fits ask of them.</summary>
internal sealed class CalibrationExamples
{
    /// <summary>
    /// The least share of the scores' range that relevant and irrelevant ones must have in common: below it, rounding errors decide how
    /// steep the most likely curve is.
    /// </summary>
    public const double LeastOverlap = 1e-9;

    /// <summary>Reads the examples.</summary>
    /// <exception cref="ArgumentException">There are not both relevant and irrelevant ones, or a score is not finite.</exception>
    public CalibrationExamples(IEnumerable<JudgedScore> examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        All = [.. examples];
        for (int i = 0; i < All.Length; i++)
        {
            if (!double.IsFinite(All[i].Score))
            {
                throw new ArgumentException($"The score of example {i} is {All[i].Score}; a finite logit was expected. Leave out " +
                    "probabilities of 0 and 1, whose logits are infinite.", nameof(examples));
            }
        }

        RelevantCount = All.Count(example => example.Relevant);
        if (RelevantCount == 0 || IrrelevantCount == 0)
        {
            throw new ArgumentException($"Of {All.Length} examples {RelevantCount} are relevant; at least one relevant and one " +
                "irrelevant example were expected. Judge more documents.", nameof(examples));
        }

        Scores = [.. All.Select(example => example.Score)];
        Lowest = Scores.Min();
        Highest = Scores.Max();
        LowestRelevant = All.Where(example => example.Relevant).Min(example => example.Score);
        HighestIrrelevant = All.Where(example => !example.Relevant).Max(example => example.Score);
    }

    public JudgedScore[] All { get; }

    public double[] Scores { get; }

    public int RelevantCount { get; }

    public int IrrelevantCount => All.Length - RelevantCount;

    public double Lowest { get; }

    public double Highest { get; }

    public double LowestRelevant { get; }

    public double HighestIrrelevant { get; }

    /// <summary>Gets the mean score of the relevant or of the irrelevant examples.</summary>
    public double Mean(bool relevant) => All.Where(example => example.Relevant == relevant).Average(example => example.Score);

    /// <summary>Creates the error for scores that say nothing about relevance, or the opposite.</summary>
    public static ArgumentException DoNotRise(string name) => new("Relevance does not rise with the score in these examples, so no " +
        "probability that rises with it can be fitted. Check that the judgements belong to the scores and that they are logits.", name);
}
