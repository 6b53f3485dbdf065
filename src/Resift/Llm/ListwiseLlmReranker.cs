using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>
/// Lets a chat model order the documents, a window at a time: RankGPT of Sun et al., "Is ChatGPT Good at Search? Investigating Large
/// Language Models as Re-Ranking Agents" (2023).
/// </summary>
/// <remarks>
/// <para>
/// The window goes from the back of the list to the front, so that the best documents travel with it: with a model that makes no mistakes,
/// one pass brings the best (<see cref="ListwiseLlmRerankerOptions.WindowSize"/> − <see cref="ListwiseLlmRerankerOptions.Step"/>) documents
/// to the front in their exact order, and k passes the best k times as many. One pass over n documents has
/// ⌈(n − window) / step⌉ + 1 requests, one after the other, and at most twice as many if answers must be asked for again.
/// </para>
/// <para>
/// Scores are reciprocal ranks, on <see cref="ScoreScale.Rank"/>: only the order means something. An order that is incomplete is repaired.
/// A window whose answer cannot be read keeps its order; if that is every window, the response is degraded.
/// </para>
/// <para>Safe for concurrent use if the chat client is.</para>
/// </remarks>
public sealed class ListwiseLlmReranker : LlmReranker
{
    private readonly ListwiseLlmRerankerOptions _options;

    /// <summary>Creates a reranker of a chat client.</summary>
    /// <param name="client">The model.</param>
    /// <param name="options">How it is asked; null for the defaults.</param>
    /// <param name="leaveOpen">
    /// False if this reranker owns the client and disposes it; true if somebody else, such as a container, does.
    /// </param>
    /// <exception cref="ArgumentException">The step is not smaller than the window.</exception>
    public ListwiseLlmReranker(IChatClient client, ListwiseLlmRerankerOptions? options = null, bool leaveOpen = false)
        : base(client, options = LlmRerankerOptions.CopyOf(options), leaveOpen, ScoreScale.Rank, isPointwise: false)
    {
        _options = options.Step < options.WindowSize
            ? options
            : throw new ArgumentException(
                $"The step is {options.Step} and the window {options.WindowSize}; a smaller step was expected, since windows that do not " +
                "overlap carry no document to the front.",
                nameof(options));
    }

    private protected override async Task<LlmRanking> RankAsync(
        LlmRequest request, Conversation conversation, CancellationToken cancellationToken)
    {
        int[] order = [.. Enumerable.Range(0, request.Documents.Count)];
        var report = new LlmRerankReport();
        int windows = 0;
        int read = 0;
        for (bool changed = order.Length > 1; changed && report.Passes < _options.Passes;)
        {
            changed = false;
            report = report with { Passes = report.Passes + 1 };
            foreach (var window in SlidingWindow.FromTheBack(order.Length, _options.WindowSize, _options.Step))
            {
                windows++;
                int[] before = order[window];
                var answer = await AskAsync(request, before, conversation, cancellationToken).ConfigureAwait(false);
                if (answer is { } permutation)
                {
                    read++;
                    report = Add(report, permutation);
                    int[] after = [.. permutation.Places.Select(place => before[place])];
                    changed |= !after.AsSpan().SequenceEqual(before);
                    after.CopyTo(order.AsSpan(window));
                }
            }
        }

        return new(LlmRanking.ReciprocalRanks(order), report)
        {
            Pairs = windows > 0 ? order.Length : 0,
            DegradedReason = windows > 0 && read == 0
                ? $"none of the model's answers could be read ({conversation.Failures()}); the documents keep the order in which they came"
                : null,
        };
    }

    private static Task<Permutation?> AskAsync(
        LlmRequest request, int[] window, Conversation conversation, CancellationToken cancellationToken)
    {
        var question = Prompt.Listwise.Ask(
            request, [.. window.Select((index, place) => ($"{place + 1}", request.Documents[index]))]);
        return conversation.AskAsync(
            Prompt.Listwise, question, answer => RankingAnswer.Read(answer, window.Length), cancellationToken);
    }

    private static LlmRerankReport Add(LlmRerankReport report, Permutation permutation) => report with
    {
        RepairedAnswers = report.RepairedAnswers + (permutation.IsRepaired ? 1 : 0),
        MissingIds = report.MissingIds + permutation.Missing,
        RepeatedIds = report.RepeatedIds + permutation.Repeated,
        UnknownIds = report.UnknownIds + permutation.Unknown,
    };
}

/// <summary>The windows of one pass over a list.</summary>
internal static class SlidingWindow
{
    /// <summary>Gets the windows from the back to the front; the last one ends the list's front and may be shorter.</summary>
    public static IEnumerable<Range> FromTheBack(int count, int size, int step)
    {
        for (int end = count; ; end -= step)
        {
            int start = Math.Max(0, end - size);
            yield return start..end;
            if (start == 0)
            {
                yield break;
            }
        }
    }
}
