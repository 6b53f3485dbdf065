namespace Resift;

/// <summary>Orders passages for the prompt of a language model.</summary>
public static class PromptOrder
{
    /// <summary>Puts the best items at both ends and the worst in the middle: first, third, fifth … sixth, fourth, second.</summary>
    /// <remarks>
    /// Language models use what stands at the beginning and the end of a long prompt better than what stands in the middle (Liu et al.
    /// 2023, "Lost in the Middle: How Language Models Use Long Contexts"). Done last, after all cuts: the new order is no ranking, and a
    /// second call gives yet another one.
    /// </remarks>
    /// <typeparam name="T">The type of the items: results, hits or passages.</typeparam>
    /// <param name="bestFirst">The items, best first.</param>
    /// <returns>The same items in the order for a prompt.</returns>
    public static IReadOnlyList<T> BestAtBothEnds<T>(this IReadOnlyList<T> bestFirst)
    {
        ArgumentNullException.ThrowIfNull(bestFirst);
        var ordered = new T[bestFirst.Count];
        for (int i = 0; i < ordered.Length; i++)
        {
            int place = i % 2 == 0 ? i / 2 : ordered.Length - 1 - (i / 2);
            ordered[place] = bestFirst[i];
        }

        return ordered;
    }
}
