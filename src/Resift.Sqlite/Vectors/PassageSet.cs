using System.Numerics;

namespace Resift.Sqlite;

/// <summary>
/// Passages that a filter allows: one bit for each slot of the blocks that have any, so that a million of them are little memory.
/// </summary>
internal sealed class PassageSet
{
    private readonly Dictionary<long, byte[]> _blocks = [];

    public int Count => _blocks.Values.Sum(bits => bits.Sum(value => BitOperations.PopCount(value)));

    public void Add(long passage)
    {
        if (!_blocks.TryGetValue(Block.IdOf(passage), out byte[]? bits))
        {
            _blocks.Add(Block.IdOf(passage), bits = new byte[Block.Slots / 8]);
        }

        int slot = Block.SlotOf(passage);
        bits[slot / 8] |= (byte)(1 << slot % 8);
    }

    /// <summary>Gets the bits of a block; null if it has none.</summary>
    public byte[]? SlotsOf(long block) => _blocks.GetValueOrDefault(block);

    /// <summary>Gets the passages, those of a block together.</summary>
    public IEnumerable<long> Passages() =>
        from block in _blocks
        from slot in Enumerable.Range(0, Block.Slots)
        where Block.IsOccupied(block.Value, slot)
        select block.Key * Block.Slots + slot;
}
