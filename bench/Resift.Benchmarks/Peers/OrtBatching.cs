namespace Resift.Benchmarks;

/// <summary>How pairs are cut into the rectangular batches that ONNX Runtime takes.</summary>
/// <param name="Kind">Whether pairs are sorted by length, and what limits a batch.</param>
/// <param name="Size">Pairs of a batch, or tokens of a batch with its padding.</param>
internal sealed record OrtBatching(OrtBatchingKind Kind, int Size)
{
    /// <summary>Cuts pairs into batches, the longest first where they are sorted.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <returns>The indices of each batch's pairs.</returns>
    public List<int[]> Cut(IReadOnlyList<EncodedPair> pairs)
    {
        int[] order = [.. Enumerable.Range(0, pairs.Count)];
        if (Kind != OrtBatchingKind.AsGiven)
        {
            Array.Sort(order, (a, b) => pairs[b].Ids.Length - pairs[a].Ids.Length);
        }

        var batches = new List<int[]>();
        for (int start = 0; start < order.Length;)
        {
            int count = Kind == OrtBatchingKind.TokenBudget ? Math.Max(1, Size / pairs[order[start]].Ids.Length) : Size;
            int end = Math.Min(order.Length, start + count);
            batches.Add(order[start..end]);
            start = end;
        }

        return batches;
    }

    public override string ToString() => Kind switch
    {
        OrtBatchingKind.AsGiven => $"batches of {Size} unsorted",
        OrtBatchingKind.Sorted => $"batches of {Size} sorted",
        _ => $"batches of {Size} tokens",
    };
}

/// <summary>What limits a batch, and whether pairs are sorted by length.</summary>
internal enum OrtBatchingKind
{
    /// <summary>A number of pairs, in the order in which they came.</summary>
    AsGiven,

    /// <summary>A number of pairs, sorted by length.</summary>
    Sorted,

    /// <summary>A number of tokens counted with padding, sorted by length.</summary>
    TokenBudget,
}
