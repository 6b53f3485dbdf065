using System.Numerics;

namespace Resift.Sqlite;

/// <summary>The codes of many vectors that lie together, so that a scan reads few long rows instead of many short ones.</summary>
internal sealed class Block(long id, byte[] occupied, byte[] codes)
{
    /// <summary>How many vectors a block holds.</summary>
    public const int Slots = 1024;

    public long Id => id;

    /// <summary>Gets one bit for each slot, set where it is taken.</summary>
    public byte[] Occupied => occupied;

    public byte[] Codes => codes;

    public int Used { get; private set; } = occupied.Sum(bits => BitOperations.PopCount(bits));

    public bool IsFull => Used == Slots;

    private int CodeSize => codes.Length / Slots;

    /// <summary>Gets the block that a passage is in.</summary>
    public static long IdOf(long passage) => passage / Slots;

    /// <summary>Gets the place of a passage in its block.</summary>
    public static int SlotOf(long passage) => (int)(passage % Slots);

    public static bool IsOccupied(ReadOnlySpan<byte> occupied, int slot) => (occupied[slot / 8] >> slot % 8 & 1) != 0;

    public long Add(ReadOnlySpan<float> vector)
    {
        int slot = 0;
        while (IsOccupied(occupied, slot))
        {
            slot++;
        }

        VectorCode.Encode(vector, codes.AsSpan(slot * CodeSize, CodeSize));
        occupied[slot / 8] |= (byte)(1 << slot % 8);
        Used++;
        return id * Slots + slot;
    }

    public void Remove(long passage)
    {
        int slot = SlotOf(passage);
        occupied[slot / 8] &= (byte)~(1 << slot % 8);
        Used--;
    }
}
