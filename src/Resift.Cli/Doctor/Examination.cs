using System.Globalization;

namespace Resift.Cli;

/// <summary>Asks a reranker the golden questions and looks at its scores.</summary>
/// <param name="reranker">The reranker.</param>
/// <param name="declared">The scale that its scores are said to be on.</param>
/// <param name="isPointwise">Whether it says that a score depends on nothing but query and document.</param>
internal sealed class Examination(IReranker reranker, ScoreScale declared, bool isPointwise)
{
    /// <summary>Asks the golden questions.</summary>
    public async Task<IReadOnlyList<GoldenAnswer>> AskAsync(CancellationToken cancellationToken)
    {
        var answers = new List<GoldenAnswer>();
        foreach (var golden in GoldenQuery.All)
        {
            answers.Add(new(golden, await reranker.RerankAsync(golden.Query, golden.Documents, null, cancellationToken)));
        }

        return answers;
    }

    /// <summary>Looks at the answers, and asks a little more where they leave something open.</summary>
    public async Task<IReadOnlyList<CheckResult>> LookAsync(IReadOnlyList<GoldenAnswer> answers, CancellationToken cancellationToken)
    {
        var scores = new ScoreChecks(answers, declared);
        var order = scores.Order();
        if (order.Outcome != CheckOutcome.Ok)
        {
            var rest = Checks.OfScores.Where(name => name != order.Name);
            return [order, .. rest.Select(name => CheckResult.Skipped(name, "scores that say nothing cannot be checked"))];
        }

        return
        [
            order,
            scores.Head(),
            scores.Scale(),
            await CompanyAsync(answers[0], scores.Spread, cancellationToken),
            await TruncationAsync(answers[0], cancellationToken),
        ];
    }

    private async Task<CheckResult> CompanyAsync(GoldenAnswer together, double spread, CancellationToken cancellationToken)
    {
        if (!isPointwise)
        {
            return CheckResult.Skipped(Checks.Company, "it reads documents together, as it says");
        }

        string document = together.Golden.Documents[together.Golden.Answer];
        return await Tried(Checks.Company, async () =>
        {
            double alone = (await reranker.RerankAsync(together.Golden.Query, [document], null, cancellationToken)).Results[0].Score;

            // Batches of another size are computed in another order, which half precision shows.
            double tolerance = Math.Max(1e-3, 0.02 * spread);
            string found = $"{ScoreChecks.Shown(together.OfAnswer)} among others and {ScoreChecks.Shown(alone)} alone";
            return Math.Abs(alone - together.OfAnswer) <= tolerance
                ? CheckResult.Ok(Checks.Company, $"the same document scores {found}")
                : CheckResult.Fail(
                    Checks.Company, $"the same document scores {found}, though each is said to be scored on its own",
                    "Scores of several requests cannot be merged or cached: the model reads documents together, or the server scales its " +
                    "scores by request.");
        });
    }

    private async Task<CheckResult> TruncationAsync(GoldenAnswer answer, CancellationToken cancellationToken)
    {
        string[] documents = [.. answer.Golden.Documents];
        documents[answer.Golden.Answer] = LongDocument.StartingWith(documents[answer.Golden.Answer]);
        return await Tried(Checks.Truncation, async () =>
        {
            var scores = new GoldenAnswer(
                answer.Golden, await reranker.RerankAsync(answer.Golden.Query, documents, null, cancellationToken));
            int length = documents[answer.Golden.Answer].Length;
            string what = string.Create(
                CultureInfo.InvariantCulture, $"a document of {length:N0} characters that begins with the answer");
            int above = scores.OfOthers.Count(other => scores.OfAnswer > other);
            string cut = scores.Response.Usage?.TruncatedDocuments is [var first, ..]
                ? string.Create(CultureInfo.InvariantCulture, $"; {first.TokensCut:N0} tokens were not read, as it says")
                : "; whether all of it was read is not said";
            return above == scores.OfOthers.Count()
                ? CheckResult.Ok(Checks.Truncation, $"{what} is still the best{cut}")
                : CheckResult.Fail(
                    Checks.Truncation, $"{what} is above only {above} of {scores.OfOthers.Count()} others",
                    "The beginning is cut off, or long texts are not understood: let the server cut at the end, or chunk before.");
        });
    }

    private static async Task<CheckResult> Tried(string name, Func<Task<CheckResult>> check)
    {
        try
        {
            return await check();
        }
        catch (RerankerException error)
        {
            return CheckResult.Fail(name, FailureDiagnosis.Line(error.Message), name == Checks.Truncation
                ? "Long documents are refused: let the server cut them (TEI: --auto-truncate), or chunk them before."
                : "The golden questions were answered before, so try again; if it stays, look into the server's log.");
        }
    }
}

/// <summary>A document that is longer than most models read, and answers a golden question in its first sentence.</summary>
internal static class LongDocument
{
    // About 8,000 tokens of English: most models read 512, and many servers 8,192 at most.
    private const int Characters = 40_000;

    private static readonly string[] _filler =
    [
        "The path follows the river for an hour and then climbs through a forest of beech and oak.",
        "In the second hall there are tools of the kind that carpenters used a century ago.",
        "Trains run every half hour on weekdays and once an hour on Sundays.",
        "The committee met again in autumn and put the question off until the spring.",
    ];

    public static string StartingWith(string answer)
    {
        var text = new System.Text.StringBuilder(answer, Characters + 200);
        for (int i = 0; text.Length < Characters; i++)
        {
            text.Append(' ').Append(_filler[i % _filler.Length]);
        }

        return text.ToString();
    }
}
