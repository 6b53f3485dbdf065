using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>
/// Lets a chat model say which of two documents is better, and sorts by that: the sliding variant of pairwise ranking prompting (PRP) of
/// Qin et al., "Large Language Models are Effective Text Rankers with Pairwise Ranking Prompting" (2023).
/// </summary>
/// <remarks>
/// <para>
/// Each pass compares neighbours from the back of the list to the front and lets the better one pass, so that pass k puts the k-th best
/// document at its place. K passes over n documents compare at most K · n − K · (K + 1) / 2 pairs; a pair is compared once in a call, and a
/// pass that moves nothing is the last. A comparison has two requests at a time when both orders are asked, else one; twice as many if
/// answers must be asked for again.
/// </para>
/// <para>
/// A tie (contradicting or unreadable answers) goes to the document that came first from the first stage. When the budget of comparisons
/// ends, the documents keep the order reached so far, and the response is degraded with that reason; as it is if no answer could be read at
/// all. Scores are reciprocal ranks, on <see cref="ScoreScale.Rank"/>: only the order means something.
/// </para>
/// <para>Safe for concurrent use if the chat client is.</para>
/// </remarks>
public sealed class PairwiseLlmReranker : LlmReranker
{
    private readonly PairwiseLlmRerankerOptions _options;

    /// <summary>Creates a reranker of a chat client.</summary>
    /// <param name="client">The model.</param>
    /// <param name="options">How it is asked; null for the defaults.</param>
    /// <param name="leaveOpen">
    /// False if this reranker owns the client and disposes it; true if somebody else, such as a container, does.
    /// </param>
    public PairwiseLlmReranker(IChatClient client, PairwiseLlmRerankerOptions? options = null, bool leaveOpen = false)
        : base(client, options = LlmRerankerOptions.CopyOf(options), leaveOpen, ScoreScale.Rank, isPointwise: false) => _options = options;

    private protected override async Task<LlmRanking> RankAsync(
        LlmRequest request, Conversation conversation, CancellationToken cancellationToken)
    {
        int[] order = [.. Enumerable.Range(0, request.Documents.Count)];
        int wanted = Math.Min(Math.Min(_options.TopK, request.TopN ?? int.MaxValue), order.Length - 1);
        var judge = new PairJudge(request, conversation, _options);
        int passes = 0;
        bool isComplete = true;
        for (bool moved = true; moved && isComplete && passes < wanted; passes++)
        {
            (moved, isComplete) = await PassAsync(order, passes, judge, cancellationToken).ConfigureAwait(false);
        }

        return new(LlmRanking.ReciprocalRanks(order), new()
        {
            Passes = passes,
            Comparisons = judge.Comparisons,
            Ties = judge.Ties,
            IsBudgetExhausted = !isComplete,
        })
        {
            Pairs = judge.DocumentsSeen,
            DegradedReason = judge.Comparisons > 0 && judge.Readable == 0
                ? $"none of the model's answers could be read ({conversation.Failures()}); the documents keep the order in which they came"
                : isComplete ? null
                : $"the budget of {_options.MaxComparisons} comparisons ended in pass {passes} of {wanted}; the documents after rank " +
                    $"{passes - 1} keep the order reached so far",
        };
    }

    /// <summary>Brings the best of the documents from a place on to that place.</summary>
    private static async Task<(bool Moved, bool IsComplete)> PassAsync(
        int[] order, int front, PairJudge judge, CancellationToken cancellationToken)
    {
        bool moved = false;
        for (int i = order.Length - 1; i > front; i--)
        {
            var better = await judge.BetterAsync(order[i - 1], order[i], cancellationToken).ConfigureAwait(false);
            if (better is null)
            {
                return (moved, false);
            }

            if (better == order[i])
            {
                (order[i - 1], order[i]) = (order[i], order[i - 1]);
                moved = true;
            }
        }

        return (moved, true);
    }
}
