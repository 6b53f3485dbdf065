using Resift.Orleans.Wire;

namespace Resift.Orleans.Calls;

/// <summary>Says which silos may do a call, and which of them does the next piece.</summary>
/// <param name="name">The reranker's name.</param>
/// <param name="report">What the silos hold: a call keeps to one revision, since only its scores can be put into one order.</param>
/// <param name="board">The silos.</param>
internal sealed class SiloChoice(string name, HeldReport report, ClusterBoard board)
{
    public string Name => name;

    public HeldReport Report => report;

    /// <summary>Gets the silos that hold the revision and answer; those that do not answer only where none does.</summary>
    public SiloView[] Candidates
    {
        get
        {
            SiloView[] holders = [.. board.Silos.Where(silo => silo.Held(name)?.Revision == report.Revision)];
            SiloView[] answering = [.. holders.Where(silo => !silo.IsSilent)];
            return answering is [] ? holders : answering;
        }
    }

    /// <summary>
    /// Chooses by what most silos that answer hold, so that during an update one revision after the other answers. Null if no silo holds
    /// the reranker.
    /// </summary>
    public static SiloChoice? Find(string name, ClusterBoard board) => board.Silos
        .Select(silo => (Silo: silo, Held: silo.Held(name)))
        .Where(silo => silo.Held is not null)
        .GroupBy(silo => silo.Held!.Revision)
        .OrderByDescending(group => group.Count(silo => !silo.Silo.IsSilent))
        .ThenBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => new SiloChoice(name, group.First().Held!, board))
        .FirstOrDefault();

    /// <summary>Gets the less loaded of two silos taken at random, or null if there is none but the excluded ones.</summary>
    /// <remarks>
    /// Two are enough to keep queues short, and callers who all know the same do not all run to the same silo (Mitzenmacher, "The Power of
    /// Two Choices in Randomized Load Balancing", 2001). Of two with the same load it is the one not used for longer.
    /// </remarks>
    public SiloView? Next(IReadOnlyCollection<SiloView> excluded)
    {
        SiloView[] left = [.. Candidates.Except(excluded)];
        if (left is [])
        {
            left = [.. board.Silos.Where(silo => silo.Held(name)?.Revision == report.Revision).Except(excluded)];
        }

        Random.Shared.Shuffle(left);
        return left.Take(2).OrderBy(silo => silo.Queued(name)).ThenBy(silo => silo.LastSent).FirstOrDefault();
    }

    /// <summary>Gets silos for the parts of one call: each its own, the least loaded first.</summary>
    public SiloView[] ForParts(int count) =>
        [.. Candidates.OrderBy(silo => silo.Queued(name)).ThenBy(silo => silo.LastSent).Take(count)];

    /// <summary>Notes that a silo was sent work.</summary>
    public void Sent(SiloView silo, RerankWork work) => silo.Sent(work, board.NextSent());
}
