using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Resift.Sqlite;

/// <summary>Reads a whole index and looks whether what belongs together is there together.</summary>
internal sealed class Examination(SqliteConnection connection, CancellationToken cancellationToken)
{
    // The first few say what there is to do; a broken page has thousands.
    private const int MaxFindings = 20;

    private static readonly (string Sql, string What)[] _counts =
    [
        ("SELECT count(*) FROM passages p LEFT JOIN documents d ON d.id = p.document WHERE d.id IS NULL", "passages without a document"),
        ("SELECT count(*) FROM passages p LEFT JOIN vectors v ON v.passage = p.id WHERE v.passage IS NULL", "passages without a vector"),
        ("SELECT count(*) FROM vectors v LEFT JOIN passages p ON p.id = v.passage WHERE p.id IS NULL", "vectors without a passage"),
        ("SELECT count(*) FROM documents d LEFT JOIN collections c ON c.id = d.collection WHERE c.id IS NULL",
            "documents without a collection"),
        ("SELECT count(*) FROM labels l LEFT JOIN documents d ON d.id = l.document WHERE d.id IS NULL", "labels without a document"),
        ("SELECT count(*) FROM labels l LEFT JOIN passages p ON p.id = l.passage WHERE l.passage > 0 AND p.id IS NULL",
            "labels without a passage"),
    ];

    private readonly List<string> _findings = [];

    /// <summary>Examines it.</summary>
    /// <returns>What is wrong, in sentences; empty if nothing is.</returns>
    public IReadOnlyList<string> Run()
    {
        ReadPages();
        if (_findings.Count > 0)
        {
            // Rows of broken pages say nothing.
            return _findings;
        }

        foreach (var (sql, what) in _counts)
        {
            Count(sql, what);
        }

        foreach (string name in CollectionRow.Names(connection))
        {
            Examine(CollectionRow.Find(connection, name)!);
        }

        return _findings;
    }

    private void ReadPages()
    {
        // It looks into the full-text tables as well.
        using var command = connection.Command($"PRAGMA integrity_check({MaxFindings})");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (reader.GetString(0) is not "ok" and var finding)
            {
                Add(finding);
            }
        }
    }

    private void Examine(CollectionRow row)
    {
        const string passages = "SELECT p.id FROM passages p JOIN documents d ON d.id = p.document WHERE d.collection = $id";
        string texts = $"SELECT id FROM {row.TextTable}_docsize";
        Count($"SELECT count(*) FROM ({passages} EXCEPT {texts})", $"passages of '{row.Name}' without words", row);
        Count($"SELECT count(*) FROM ({texts} EXCEPT {passages})", $"words of '{row.Name}' without a passage", row);
        Count(
            $"SELECT (SELECT count(*) FROM ({passages})) - (SELECT coalesce(sum(used), 0) FROM blocks WHERE collection = $id)",
            $"passages of '{row.Name}' more than its blocks of vectors have",
            row);
        if (row.Dimensions is { } dimensions)
        {
            CompareCodes(row, dimensions);
        }
    }

    private void CompareCodes(CollectionRow row, int dimensions)
    {
        byte[] expected = new byte[VectorCode.Size(dimensions)];
        using var command = connection.Command(
            "SELECT v.passage, v.vector, b.occupied, b.codes FROM blocks b JOIN vectors v " +
            $"ON v.passage >= b.id * {Block.Slots} AND v.passage < (b.id + 1) * {Block.Slots} WHERE b.collection = $id",
            ("$id", row.Id));
        using var reader = command.ExecuteReader();
        while (_findings.Count < MaxFindings && reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            long passage = reader.GetInt64(0);
            int slot = Block.SlotOf(passage);
            var vector = reader.Bytes(1);
            var codes = reader.Bytes(3);
            if (vector.Length != dimensions * sizeof(float) || codes.Length != expected.Length * Block.Slots
                || reader.Bytes(2).Length != Block.Slots / 8)
            {
                Add($"The vector of passage {passage}, or its block, has a wrong size.");
                continue;
            }

            var numbers = MemoryMarshal.Cast<byte, float>(vector);
            if (!float.IsFinite(TensorPrimitives.SumOfMagnitudes(numbers)))
            {
                Add($"The vector of passage {passage} is not finite.");
                continue;
            }

            VectorCode.Encode(numbers, expected);
            if (!Block.IsOccupied(reader.Bytes(2), slot) || !codes.Slice(slot * expected.Length, expected.Length).SequenceEqual(expected))
            {
                Add($"The vector of passage {passage} and its code differ.");
            }
        }
    }

    private void Count(string sql, string what, CollectionRow? row = null)
    {
        long count = (long)connection.Scalar(sql, row is null ? [] : [("$id", row.Id)])!;
        if (count != 0)
        {
            Add($"There are {count} {what}.");
        }
    }

    private void Add(string finding)
    {
        if (_findings.Count < MaxFindings)
        {
            _findings.Add(finding);
        }
    }
}
