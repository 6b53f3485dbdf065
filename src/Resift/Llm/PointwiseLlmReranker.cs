using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>
/// Lets a chat model grade each document on its own, from 0 (irrelevant) to 3 (perfectly relevant): the graded labels of Zhuang et al.,
/// "Beyond Yes and No: Improving Zero-Shot LLM Rankers via Scoring Fine-Grained Relevance Labels" (2023).
/// </summary>
/// <remarks>
/// <para>
/// The score is the expected grade, in [0, 3]: over the log-probabilities of the grades where the client gives them, else the one grade
/// that the model wrote. It is no probability, so its scale is <see cref="ScoreScale.Unspecified"/>; a threshold such as "at least 2" has
/// the meaning that the prompt gives the grade. Without log-probabilities most documents tie; ties keep the first-stage order.
/// </para>
/// <para>
/// Every different document costs one request, two if its answer must be asked for again; equal documents are asked for once. A score
/// depends on the query and the document only (as far as the model gives the same answer to the same prompt), so the reranker says
/// <see cref="RerankerMetadata.IsPointwise"/> and scores may be cached by document. A document without a readable grade stands with the one
/// before it in first-stage order and borrows its score; such a response is degraded, which keeps the borrowed score out of caches, and
/// <see cref="RerankResult.IsUnscored"/> tells which.
/// </para>
/// <para>
/// Safe for concurrent use if the chat client is, and must be so for <see cref="PointwiseLlmRerankerOptions.MaxConcurrency"/> above 1.
/// </para>
/// </remarks>
public sealed class PointwiseLlmReranker : LlmReranker
{
    private readonly PointwiseLlmRerankerOptions _options;

    /// <summary>Creates a reranker of a chat client.</summary>
    /// <param name="client">The model.</param>
    /// <param name="options">How it is asked; null for the defaults.</param>
    /// <param name="leaveOpen">
    /// False if this reranker owns the client and disposes it; true if somebody else, such as a container, does.
    /// </param>
    public PointwiseLlmReranker(IChatClient client, PointwiseLlmRerankerOptions? options = null, bool leaveOpen = false)
        : base(client, options = LlmRerankerOptions.CopyOf(options), leaveOpen, ScoreScale.Unspecified, isPointwise: true) =>
            _options = options;

    private protected override async Task<LlmRanking> RankAsync(
        LlmRequest request, Conversation conversation, CancellationToken cancellationToken)
    {
        string[] texts = [.. request.Documents.Distinct(StringComparer.Ordinal)];
        var grades = new Grade?[texts.Length];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = _options.MaxConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(
            0,
            texts.Length,
            limits,
            async (i, token) => grades[i] = await GradeAsync(request, texts[i], conversation, token).ConfigureAwait(false))
            .ConfigureAwait(false);

        var byText = texts.Zip(grades).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        Grade?[] byDocument = [.. request.Documents.Select(text => byText[text])];
        int[] ungraded = [.. byDocument.Index().Where(item => item.Item is null).Select(item => item.Index)];
        return new(Scores(byDocument), new()
        {
            GradesFromLogProbabilities = byDocument.Count(grade => grade?.IsExpectation == true),
        })
        {
            Pairs = byDocument.Length,
            Unscored = ungraded.ToHashSet(),
            DegradedReason = ungraded.Length == 0
                ? null
                : $"{ungraded.Length} of {byDocument.Length} documents have no grade that could be read ({conversation.Failures()}); " +
                    "each stands with the document before it",
        };
    }

    // A document without a grade ties with the one before it (at the front: with the first that has one), so that it keeps its place there.
    private static double[] Scores(Grade?[] grades)
    {
        double score = grades.FirstOrDefault(grade => grade is not null)?.Value ?? 0;
        return [.. grades.Select(grade => score = grade?.Value ?? score)];
    }

    private Task<Grade?> GradeAsync(LlmRequest request, string text, Conversation conversation, CancellationToken cancellationToken) =>
        conversation.AskAsync(Prompt.Pointwise, Prompt.Pointwise.Ask(request, [("1", text)]), Read, cancellationToken);

    private Grade? Read(LlmAnswer answer)
    {
        if (GradeAnswer.Read(answer) is not { } grade)
        {
            return null;
        }

        double? expected = _options.ReadLogProbabilities?.Invoke(answer.Response) is { } tokens ? ExpectedGrade.Read(tokens) : null;
        return new(expected ?? grade, expected is not null);
    }

    private readonly record struct Grade(double Value, bool IsExpectation);
}
