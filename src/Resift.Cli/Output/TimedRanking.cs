namespace Resift.Cli;

/// <summary>A ranking of all documents, and how long it took.</summary>
internal sealed record TimedRanking(RerankResponse Response, TimeSpan Elapsed)
{
    /// <summary>Gets the rank of each document, counted from 1, by its index.</summary>
    public int[] Ranks()
    {
        int[] ranks = new int[Response.Results.Count];
        for (int i = 0; i < ranks.Length; i++)
        {
            ranks[Response.Results[i].Index] = i + 1;
        }

        return ranks;
    }
}
