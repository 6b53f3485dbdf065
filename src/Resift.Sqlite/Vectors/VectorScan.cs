using System.Numerics.Tensors;
using Microsoft.Data.Sqlite;

namespace Resift.Sqlite;

/// <summary>Finds the passages of a collection whose vectors have the greatest cosine with a query's.</summary>
/// <remarks>
/// In two passes: all by their codes, which is little to read, and then the best few hundred by their vectors.
/// docs/adr/0011-sqlite-vectors.md has what that costs and what it misses.
/// </remarks>
internal sealed class VectorScan(SqliteConnection connection, CollectionRow collection, CancellationToken cancellationToken)
{
    // How many get into the second pass: measured to miss next to nothing, and still a small part of a search's time.
    private const int LeastRescored = 256;
    private const int RescoredPerWanted = 5;

    /// <summary>Gets how many passages were compared with queries so far.</summary>
    public long RowsScanned { get; private set; }

    /// <summary>Finds the best by codes and orders them by vectors.</summary>
    /// <returns>Passages with their cosines, best first, equal ones in the order of the index.</returns>
    public List<(long Passage, double Cosine)> Search(ReadOnlySpan<float> query, int count, FilterStatement? filter)
    {
        int rescored = (int)Math.Max(LeastRescored, Math.Min(int.MaxValue, (long)RescoredPerWanted * count));
        var allowed = filter is null ? null : PassagesOf(filter);
        if (allowed?.Count <= rescored)
        {
            RowsScanned += allowed.Count;
            return ScoreByVectors(query, allowed.Passages(), count);
        }

        var chosen = ChooseByCodes(new(query), rescored, allowed);
        return ScoreByVectors(query, chosen, count);
    }

    internal static double Cosine(ReadOnlySpan<float> query, ReadOnlySpan<float> vector)
    {
        // A zero vector has no direction and scores 0; rounding may carry that of parallel vectors a little beyond 1.
        float cosine = TensorPrimitives.CosineSimilarity(query, vector);
        return float.IsNaN(cosine) ? 0 : Math.Clamp(cosine, -1f, 1f);
    }

    private IEnumerable<long> ChooseByCodes(CodeQuery query, int count, PassageSet? allowed)
    {
        var best = new BestScores(count);
        using var command = connection.Command(
            "SELECT id, occupied, codes FROM blocks WHERE collection = $collection", ("$collection", collection.Id));
        using var reader = command.ExecuteReader();
        var seen = new HashSet<long>();
        while (reader.Read())
        {
            // A block at a time is in memory, and only as long as it is looked at.
            cancellationToken.ThrowIfCancellationRequested();
            long block = reader.GetInt64(0);
            if (!seen.Add(block) || reader.Bytes(1).Length != Block.Slots / 8 || reader.Bytes(2).Length != Block.Slots * query.CodeSize)
            {
                throw StorageFailure.Damaged(connection, $"block {block} of the vectors has a wrong size, or is there twice");
            }

            if (allowed is null)
            {
                Scan(block, reader.Bytes(1), reader.Bytes(2), query, best);
            }
            else if (allowed.SlotsOf(block) is { } slots)
            {
                Scan(block, slots, reader.Bytes(2), query, best);
            }
        }

        return best.Passages;
    }

    private void Scan(long block, ReadOnlySpan<byte> slots, ReadOnlySpan<byte> codes, CodeQuery query, BestScores best)
    {
        for (int slot = 0; slot < Block.Slots; slot++)
        {
            if (!Block.IsOccupied(slots, slot))
            {
                continue;
            }

            RowsScanned++;
            float score = query.Score(codes.Slice(slot * query.CodeSize, query.CodeSize));
            if (best.IsWanted(score))
            {
                best.Add(block * Block.Slots + slot, score);
            }
        }
    }

    private List<(long Passage, double Cosine)> ScoreByVectors(ReadOnlySpan<float> query, IEnumerable<long> passages, int count)
    {
        using var read = new PreparedCommand(connection, "SELECT vector FROM vectors WHERE passage = $passage", "$passage");
        var scored = new List<(long Passage, double Cosine)>();

        // In the order of the file.
        foreach (long passage in passages.Order())
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var reader = read.Read(passage);
            if (!reader.Read())
            {
                throw StorageFailure.Damaged(connection, $"the vector of passage {passage} is missing");
            }

            float[] vector = StoredPassages.Vector(connection, passage, reader.Bytes(0), query.Length);
            scored.Add((passage, Cosine(query, vector)));
        }

        return [.. scored.OrderByDescending(item => item.Cosine).ThenBy(item => item.Passage).Take(count)];
    }

    private PassageSet PassagesOf(FilterStatement filter)
    {
        using var command = connection.Command(filter.PassageIds);
        filter.AddTo(command);
        using var reader = command.ExecuteReader();
        var passages = new PassageSet();
        while (reader.Read())
        {
            passages.Add(reader.GetInt64(0));
        }

        return passages;
    }
}
