using System.Numerics;

namespace Resift.Local.Tokenization;

/// <summary>
/// Finds the id of a token among many: open addressing over one array, so that a hit costs one slot and one comparison. The hash of a
/// word grows with it character by character, which gives the hashes of all its beginnings for nothing.
/// </summary>
/// <remarks>
/// The hash is FNV-1a with a factor that each process draws for itself, so that nobody can write a vocabulary whose tokens collide. Ids do
/// not depend on it.
/// </remarks>
internal sealed class TokenTable
{
    /// <summary>The hash of no characters.</summary>
    public const uint Seed = 0x811C9DC5;

    // Odd, so that multiplying loses nothing. The compiler takes it for a constant once the hot loops are optimized.
    private static readonly uint _factor = ((uint)Random.Shared.Next() << 3) | 5;

    private readonly char[] _characters;
    private readonly Slot[] _slots;
    private readonly int _shift;

    /// <param name="characters">The characters of all tokens, one after the other.</param>
    /// <param name="capacity">How many tokens will be added at most.</param>
    public TokenTable(char[] characters, int capacity)
    {
        _characters = characters;
        int slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity * 2, 16));
        _slots = new Slot[slots];
        _shift = 32 - BitOperations.Log2((uint)slots);
    }

    /// <summary>Gets the characters of all tokens.</summary>
    public char[] Characters => _characters;

    /// <summary>Gets the number of characters of the longest token.</summary>
    public int LongestToken { get; private set; }

    /// <summary>Gets the hash of one more character.</summary>
    public static uint Append(uint hash, char character) => (hash ^ character) * _factor;

    /// <summary>Adds a token, or gives the id that the same token has already.</summary>
    public bool TryAdd(int start, int length, int id, out int present)
    {
        ReadOnlySpan<char> token = _characters.AsSpan(start, length);
        uint hash = HashOf(token);
        uint index = hash >> _shift;
        for (; _slots[index].Length != 0; index = (index + 1) & (uint)(_slots.Length - 1))
        {
            ref readonly Slot slot = ref _slots[index];
            if (slot.Hash == hash && token.SequenceEqual(_characters.AsSpan(slot.Start, slot.Length)))
            {
                present = slot.Id;
                return false;
            }
        }

        _slots[index] = new Slot(hash, id, start, length);
        LongestToken = Math.Max(LongestToken, length);
        present = id;
        return true;
    }

    /// <summary>Gets the id of a token, or null.</summary>
    public int? Find(ReadOnlySpan<char> token) => token.Length > 0 && TryFind(token, HashOf(token), out int id) ? id : null;

    /// <summary>Finds a token whose hash is known.</summary>
    public bool TryFind(ReadOnlySpan<char> token, uint hash, out int id)
    {
        Slot[] slots = _slots;
        uint mask = (uint)(slots.Length - 1);
        for (uint index = hash >> _shift; ; index = (index + 1) & mask)
        {
            ref readonly Slot slot = ref slots[index];
            if (slot.Hash == hash && slot.Length == token.Length
                && token.SequenceEqual(_characters.AsSpan(slot.Start, slot.Length)))
            {
                id = slot.Id;
                return true;
            }

            if (slot.Length == 0)
            {
                id = -1;
                return false;
            }
        }
    }

    private static uint HashOf(ReadOnlySpan<char> token)
    {
        uint hash = Seed;
        foreach (char character in token)
        {
            hash = Append(hash, character);
        }

        return hash;
    }

    /// <summary>A place for a token; a length of zero says that it is free, for the empty token never occurs.</summary>
    private readonly record struct Slot(uint Hash, int Id, int Start, int Length);
}
