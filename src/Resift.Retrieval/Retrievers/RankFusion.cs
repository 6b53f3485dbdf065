namespace Resift.Retrieval;

/// <summary>Fuses ranked lists of ids into one.</summary>
public static class RankFusion
{
    /// <summary>Fuses lists.</summary>
    /// <param name="lists">The lists, each best first, of ids and scores; no id twice in one list.</param>
    /// <param name="options">How they are fused; null for reciprocal rank fusion with k = 60.</param>
    /// <returns>Every id of any list with its fused score, best first; equal scores in the order of the lists.</returns>
    /// <exception cref="ArgumentException">
    /// The weights are not as many as the lists, an id is twice in one list, or a score that counts is not a finite number.
    /// </exception>
    public static IReadOnlyList<KeyValuePair<string, double>> Fuse(
        IReadOnlyList<IReadOnlyList<KeyValuePair<string, double>>> lists, FusionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(lists);
        options ??= new();
        if (options.Weights is { } weights && weights.Count != lists.Count)
        {
            throw new ArgumentException(
                $"There are {weights.Count} weights for {lists.Count} lists; one for each was expected.", nameof(options));
        }

        // In the order of first appearance, so that a stable sort breaks ties by it.
        var fused = new OrderedDictionary<string, double>(StringComparer.Ordinal);
        for (int i = 0; i < lists.Count; i++)
        {
            double weight = options.Weights?[i] ?? 1;
            double[] values = Values(lists[i], options);
            var seen = new HashSet<string>(values.Length, StringComparer.Ordinal);
            for (int rank = 0; rank < values.Length; rank++)
            {
                string id = lists[i][rank].Key;
                if (!seen.Add(id))
                {
                    throw new ArgumentException($"'{id}' is twice in list {i}; once was expected.", nameof(lists));
                }

                fused[id] = fused.GetValueOrDefault(id) + (weight * values[rank]);
            }
        }

        return [.. fused.OrderByDescending(pair => pair.Value)];
    }

    // What each place of a list is worth.
    private static double[] Values(IReadOnlyList<KeyValuePair<string, double>> list, FusionOptions options)
    {
        if (options.Method == FusionMethod.ReciprocalRank)
        {
            return [.. Enumerable.Range(1, list.Count).Select(rank => 1 / (options.K + rank))];
        }

        double[] scores = [.. list.Select(item => double.IsFinite(item.Value)
            ? item.Value
            : throw new ArgumentException($"The score of '{item.Key}' is {item.Value}; a finite number was expected.", nameof(list)))];
        return options.Normalization switch
        {
            ScoreNormalization.MinMax => MinMax(scores),
            ScoreNormalization.ZScore => ZScores.Normalize(scores),
            _ => scores,
        };
    }

    private static double[] MinMax(double[] scores)
    {
        double lowest = scores.DefaultIfEmpty(0).Min();
        double range = scores.DefaultIfEmpty(0).Max() - lowest;
        return [.. scores.Select(score => range > 0 ? (score - lowest) / range : 1)];
    }
}
