using System.Numerics;

namespace Resift.Local.Tokenization;

/// <summary>Finds the number of a pair of ids: open addressing over one array, as in <see cref="TokenTable"/>.</summary>
internal sealed class PairTable
{
    // Odd, and drawn by each process, so that nobody can write pairs that collide.
    private static readonly ulong _factor = ((ulong)Random.Shared.NextInt64() << 1) | 1;

    private readonly Slot[] _slots;
    private readonly int _shift;

    /// <param name="capacity">How many pairs will be added at most.</param>
    public PairTable(int capacity)
    {
        int slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity * 2, 16));
        _slots = new Slot[slots];
        Array.Fill(_slots, new Slot(0, -1));
        _shift = 64 - BitOperations.Log2((uint)slots);
    }

    /// <summary>Adds a pair with a number from 0 on; a later number takes the place of an earlier one.</summary>
    public void Set(int first, int second, int number)
    {
        ulong key = Key(first, second);
        _slots[Find(key)] = new Slot(key, number);
    }

    /// <summary>Gets the number of a pair, or less than 0.</summary>
    public int Get(int first, int second) => _slots[Find(Key(first, second))].Number;

    private static ulong Key(int first, int second) => ((ulong)(uint)first << 32) | (uint)second;

    private ulong Find(ulong key)
    {
        ulong mask = (ulong)_slots.Length - 1;
        ulong index = (key * _factor) >> _shift;
        while (_slots[index].Number >= 0 && _slots[index].Key != key)
        {
            index = (index + 1) & mask;
        }

        return index;
    }

    /// <summary>A place for a pair; a number below 0 says that it is free.</summary>
    private readonly record struct Slot(ulong Key, int Number);
}
