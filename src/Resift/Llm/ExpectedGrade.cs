namespace Resift;

/// <summary>
/// The expected relevance of Zhuang et al., "Beyond Yes and No: Improving Zero-Shot LLM Rankers via Scoring Fine-Grained Relevance Labels"
/// (2023): the sum of the grades, each weighted by its probability among the grades.
/// </summary>
internal static class ExpectedGrade
{
    /// <summary>Computes it from the first token of the answer that is a grade.</summary>
    /// <param name="tokens">The tokens of the answer.</param>
    /// <returns>The expectation, in [0, 3]; null if no token is a grade or none of its alternatives has a probability.</returns>
    public static double? Read(IReadOnlyList<AnswerToken> tokens)
    {
        if (tokens.FirstOrDefault(token => Grade(token.Text) is not null) is not { } answer)
        {
            return null;
        }

        double sum = 0;
        double weighted = 0;
        foreach (var (token, logProbability) in answer.Alternatives)
        {
            // Grades with and without a space before them count together; a logarithm above 0 is no probability.
            if (Grade(token) is { } grade && logProbability <= 0)
            {
                double probability = Math.Exp(logProbability);
                sum += probability;
                weighted += grade * probability;
            }
        }

        return sum > 0 ? weighted / sum : null;
    }

    private static int? Grade(string token) => token.Trim() is [>= '0' and <= '3' and var digit] ? digit - '0' : null;
}
