namespace Resift.Evaluation;

/// <summary>
/// The order in which trec_eval ranks documents, whatever their rank column says: by falling score, and those of equal scores by falling
/// id, byte by byte.
/// </summary>
internal readonly struct TrecOrder(ScorePrecision precision) : IComparer<ScoredDocument>
{
    public int Compare(ScoredDocument x, ScoredDocument y)
    {
        int order = precision == ScorePrecision.Bits32 ? ((float)y.Score).CompareTo((float)x.Score) : y.Score.CompareTo(x.Score);
        return order != 0 ? order : CompareBytes(y.Id, x.Id);
    }

    /// <summary>Determines whether documents are in this order, as those of most runs are.</summary>
    public bool IsOrderOf(ReadOnlySpan<ScoredDocument> documents)
    {
        for (int i = 1; i < documents.Length; i++)
        {
            if (Compare(documents[i - 1], documents[i]) > 0)
            {
                return false;
            }
        }

        return true;
    }

    // The order of UTF-8 is that of the characters, and of UTF-16 only up to the surrogates: these stand for the highest characters.
    private static int CompareBytes(string x, string y)
    {
        int same = x.AsSpan().CommonPrefixLength(y);
        return same == x.Length || same == y.Length ? x.Length.CompareTo(y.Length) : Weight(x[same]).CompareTo(Weight(y[same]));
    }

    private static int Weight(char c) => char.IsSurrogate(c) ? c + char.MaxValue : c;
}
