namespace Resift.Benchmarks;

/// <summary>Requests of generated passages whose lengths are spread as those of TREC DL 2021 passages are.</summary>
internal static class SyntheticPassages
{
    private const int Count = 100;
    private const int QueryWords = 6;

    /// <summary>
    /// The tokens of a passage at every tenth of that set's first two queries' candidates, from the shortest to the longest. One word of
    /// the vocabulary is one token.
    /// </summary>
    public static IReadOnlyList<int> Lengths { get; } = [31, 49, 54, 58, 62, 66, 69, 72, 77, 83, 109];

    public static IReadOnlyList<RerankRequest> Generate(int queries)
    {
        string[] vocabulary = Vocabulary.Words();
        return [.. Enumerable.Range(0, queries).Select(seed => Generate(new Random(seed), vocabulary))];
    }

    private static RerankRequest Generate(Random random, string[] vocabulary)
    {
        string Text(int words) => string.Join(' ', random.GetItems(vocabulary, words));
        int[] lengths = [.. Enumerable.Range(0, Count).Select(i => LengthAt((i + 0.5) / Count))];
        random.Shuffle(lengths);
        return new(Text(QueryWords), [.. lengths.Select(Text)]);
    }

    /// <summary>Gets the length at a share of all, from the shortest to the longest.</summary>
    public static int LengthAt(double share)
    {
        double position = share * (Lengths.Count - 1);
        int below = (int)position;
        return (int)(Lengths[below] + ((position - below) * (Lengths[below + 1] - Lengths[below])));
    }
}
