using Microsoft.Data.Sqlite;

namespace Resift.Sqlite;

/// <summary>
/// Assigns passages their places in the blocks of codes, and takes them away. A place is a block and a slot in it, and is the passage's id
/// as well, so that a scan learns from a place alone which passage it stands for.
/// </summary>
internal sealed class BlockWriter(SqliteConnection connection, CollectionRow collection) : IDisposable
{
    private readonly PreparedCommand _findRoom = new(
        connection,
        "SELECT id FROM blocks WHERE collection = $collection AND used < $slots ORDER BY used DESC LIMIT 1",
        "$collection",
        "$slots");

    private readonly PreparedCommand _read = new(connection, "SELECT occupied, codes FROM blocks WHERE id = $id", "$id");

    private readonly PreparedCommand _insert = new(
        connection,
        "INSERT INTO blocks(collection, used, occupied, codes) VALUES($collection, 0, $occupied, $codes) RETURNING id",
        "$collection",
        "$occupied",
        "$codes");

    private readonly PreparedCommand _update = new(
        connection,
        "UPDATE blocks SET used = $used, occupied = $occupied, codes = $codes WHERE id = $id",
        "$id",
        "$used",
        "$occupied",
        "$codes");

    private readonly PreparedCommand _delete = new(connection, "DELETE FROM blocks WHERE id = $id", "$id");

    private Block? _block;

    /// <summary>Takes a free place.</summary>
    /// <returns>The passage's id.</returns>
    public long Add(ReadOnlySpan<float> vector)
    {
        if (_block is not { IsFull: false })
        {
            Flush();
            _block = Find() ?? Create(vector.Length);
        }

        return _block.Add(vector);
    }

    /// <summary>Frees a passage's place.</summary>
    public void Remove(long passage)
    {
        long id = Block.IdOf(passage);
        if (_block?.Id != id)
        {
            Flush();
            _block = Read(id);
        }

        if (!Block.IsOccupied(_block.Occupied, Block.SlotOf(passage)))
        {
            throw StorageFailure.Damaged(connection, $"passage {passage} is not in its block of the vectors");
        }

        _block.Remove(passage);
    }

    public void Flush()
    {
        if (_block is { Used: 0 } empty)
        {
            _delete.Execute(empty.Id);
        }
        else if (_block is { } block)
        {
            _update.Execute(block.Id, block.Used, block.Occupied, block.Codes);
        }

        _block = null;
    }

    public void Dispose()
    {
        _findRoom.Dispose();
        _read.Dispose();
        _insert.Dispose();
        _update.Dispose();
        _delete.Dispose();
    }

    private Block? Find()
    {
        var block = _findRoom.Scalar(collection.Id, Block.Slots) is long id ? Read(id) : null;
        return block is { IsFull: true }
            ? throw StorageFailure.Damaged(connection, $"block {block.Id} of the vectors is full and says that it is not")
            : block;
    }

    private Block Create(int dimensions)
    {
        byte[] occupied = new byte[Block.Slots / 8];
        byte[] codes = new byte[Block.Slots * VectorCode.Size(dimensions)];
        long id = (long)_insert.Scalar(collection.Id, occupied, codes)!;
        return new(id, occupied, codes);
    }

    private Block Read(long id)
    {
        using var reader = _read.Read(id);
        if (!reader.Read())
        {
            throw StorageFailure.Damaged(connection, $"block {id} of the vectors is missing");
        }

        byte[] occupied = reader.GetFieldValue<byte[]>(0);
        byte[] codes = reader.GetFieldValue<byte[]>(1);
        bool fits = occupied.Length == Block.Slots / 8 && codes.Length > 0 && codes.Length % Block.Slots == 0
            && (collection.Dimensions is not { } dimensions || codes.Length == Block.Slots * VectorCode.Size(dimensions));
        return fits ? new(id, occupied, codes) : throw StorageFailure.Damaged(connection, $"block {id} of the vectors has a wrong size");
    }
}
