using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Resift.Sqlite.Storage;

namespace Resift.Sqlite.Vectors;

/// <summary>Finds the passages whose vectors point most nearly where a query's does.</summary>
internal static class VectorScan
{
    /// <summary>Finds the best by their codes, and orders these by their vectors.</summary>
    /// <returns>Passage ids with their cosines, best first.</returns>
    public static List<(long Passage, double Cosine)> Search(
        SqliteConnection connection,
        CollectionRow collection,
        ReadOnlySpan<float> query,
        int count,
        MetadataFilter? filter,
        CancellationToken cancellationToken)
    {
        var allowed = filter is null ? null : Allowed(connection, filter);
        byte[] code = new byte[VectorCode.Size(query.Length)];
        VectorCode.Encode(query, code);
        var best = new PriorityQueue<long, float>();
        int wanted = Math.Max(256, 4 * count);
        using var command = connection.Command("SELECT id, occupied, codes FROM blocks WHERE collection = $c", ("$c", collection.Id));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            long id = reader.GetInt64(0);
            var occupied = reader.Bytes(1);
            var codes = reader.Bytes(2);
            for (int slot = 0; slot < Block.Slots; slot++)
            {
                long passage = id * Block.Slots + slot;
                if (Block.IsOccupied(occupied, slot) && allowed?.Contains(passage) != false)
                {
                    float score = VectorCode.Score(codes.Slice(slot * code.Length, code.Length), MemoryMarshal.Cast<byte, sbyte>(code.AsSpan(4)));
                    if (best.Count < wanted)
                    {
                        best.Enqueue(passage, score);
                    }
                    else
                    {
                        best.EnqueueDequeue(passage, score);
                    }
                }
            }
        }

        return Rescore(connection, query, best.UnorderedItems.Select(item => item.Element), count, cancellationToken);
    }

    public static double Cosine(ReadOnlySpan<float> query, ReadOnlySpan<float> vector)
    {
        float cosine = TensorPrimitives.CosineSimilarity(query, vector);
        return float.IsNaN(cosine) ? 0 : Math.Clamp(cosine, -1f, 1f);
    }

    private static List<(long Passage, double Cosine)> Rescore(
        SqliteConnection connection, ReadOnlySpan<float> query, IEnumerable<long> passages, int count, CancellationToken cancellationToken)
    {
        using var read = new PreparedCommand(connection, "SELECT vector FROM vectors WHERE passage = $passage", "$passage");
        var scored = new List<(long Passage, double Cosine)>();
        foreach (long passage in passages.Order())
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var reader = read.Read(passage);
            if (reader.Read())
            {
                scored.Add((passage, Cosine(query, MemoryMarshal.Cast<byte, float>(reader.Bytes(0)))));
            }
        }

        return [.. scored.OrderByDescending(item => item.Cosine).ThenBy(item => item.Passage).Take(count)];
    }

    private static HashSet<long> Allowed(SqliteConnection connection, MetadataFilter filter)
    {
        using var command = connection.Command(filter.PassageIds);
        filter.AddTo(command);
        using var reader = command.ExecuteReader();
        var allowed = new HashSet<long>();
        while (reader.Read())
        {
            allowed.Add(reader.GetInt64(0));
        }

        return allowed;
    }
}
