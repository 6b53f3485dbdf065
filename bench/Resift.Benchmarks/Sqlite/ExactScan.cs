using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Resift.Sqlite;

namespace Resift.Benchmarks;

/// <summary>Compares a query with every vector of a collection: what a search over codes is measured against.</summary>
internal sealed class ExactScan(SqliteConnection connection, CollectionRow collection)
{
    /// <summary>Finds the greatest cosines.</summary>
    /// <returns>As many as are wanted, the greatest first.</returns>
    public List<double> Search(ReadOnlySpan<float> query, int count)
    {
        using var command = connection.Command(
            "SELECT v.vector FROM blocks b JOIN vectors v ON v.passage >= b.id * $slots AND v.passage < (b.id + 1) * $slots " +
            "WHERE b.collection = $collection",
            ("$collection", collection.Id),
            ("$slots", Block.Slots));
        using var reader = command.ExecuteReader();
        var best = new PriorityQueue<double, double>(count + 1);
        while (reader.Read())
        {
            double cosine = VectorScan.Cosine(query, MemoryMarshal.Cast<byte, float>(reader.Bytes(0)));
            if (best.Count < count)
            {
                best.Enqueue(cosine, cosine);
            }
            else
            {
                best.EnqueueDequeue(cosine, cosine);
            }
        }

        return [.. best.UnorderedItems.Select(item => item.Element).OrderDescending()];
    }
}
