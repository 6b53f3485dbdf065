using System.Text;
using System.Text.Json;

namespace Resift.Local.Tokenization;

/// <summary>The tokens of a vocabulary while its file is read, their characters in one array.</summary>
/// <param name="file">The path of the file, for messages.</param>
/// <param name="isLineByLine">Whether an id is a line number less one, for messages.</param>
internal sealed class TokenList(string file, bool isLineByLine)
{
    private readonly List<int> _ends = new(32_768);
    private readonly List<int> _ids = new(32_768);
    private char[] _characters = new char[262_144];
    private int _used;

    public string File => file;

    /// <summary>Gets the number of tokens.</summary>
    public int Count => _ids.Count;

    /// <summary>Gets the number of characters of the longest token.</summary>
    public int LongestToken { get; private set; }

    private ReadOnlySpan<char> this[int index] => _characters.AsSpan(StartOf(index), LengthOf(index));

    /// <summary>Adds a token.</summary>
    public void Add(ReadOnlySpan<char> token, int id)
    {
        Reserve(token.Length);
        token.CopyTo(_characters.AsSpan(_used));
        Commit(token.Length, id);
    }

    /// <summary>Adds the text that the reader stands on, with the next id, without making a string of it.</summary>
    public void AddNext(ref Utf8JsonReader reader)
    {
        Reserve(reader.ValueSpan.Length);
        Commit(reader.CopyString(_characters.AsSpan(_used)), Count);
    }

    /// <summary>Adds the entry of a JSON object that the reader stands on, without making a string of it.</summary>
    public void Add(ref Utf8JsonReader reader)
    {
        Reserve(reader.ValueSpan.Length);
        int length = reader.CopyString(_characters.AsSpan(_used));
        reader.Read();
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out int id) || id is < 0 or int.MaxValue)
        {
            string token = new(_characters, _used, length);
            throw new InvalidDataException($"{file}: the id of the token '{token}' must be a whole number from 0 on.");
        }

        Commit(length, id);
    }

    /// <summary>Builds the table of all tokens.</summary>
    /// <exception cref="InvalidDataException">A token occurs twice.</exception>
    public TokenTable Build()
    {
        var table = new TokenTable(_characters.AsSpan(0, _used).ToArray(), Count);
        for (int i = 0; i < Count; i++)
        {
            // The empty token of an empty line has an id but matches nothing.
            if (LengthOf(i) > 0 && !table.TryAdd(StartOf(i), LengthOf(i), _ids[i], out int present))
            {
                throw Twice(this[i].ToString(), present, _ids[i]);
            }
        }

        return table;
    }

    /// <summary>
    /// Builds the tables of the tokens that begin a word and, less the prefix, of those that continue one. A token with the prefix is in
    /// both, as a text may hold the prefix itself.
    /// </summary>
    /// <exception cref="InvalidDataException">A token occurs twice.</exception>
    public (TokenTable Beginning, TokenTable Continuing) Build(string prefix)
    {
        var beginning = Build();
        int[] continuations = [.. Enumerable.Range(0, Count).Where(i => this[i].StartsWith(prefix) && LengthOf(i) > prefix.Length)];
        var continuing = new TokenTable(beginning.Characters, continuations.Length);
        foreach (int i in continuations)
        {
            continuing.TryAdd(StartOf(i) + prefix.Length, LengthOf(i) - prefix.Length, _ids[i], out _);
        }

        return (beginning, continuing);
    }

    /// <summary>Gets the median of the tokens' lengths in code points, rounded down; 0 for no tokens.</summary>
    public int MedianLength()
    {
        int[] lengths = [.. Enumerable.Range(0, Count).Select(CodePointsOf).Order()];
        return lengths.Length == 0 ? 0 : (lengths[lengths.Length / 2] + lengths[(lengths.Length - 1) / 2]) / 2;

        int CodePointsOf(int index)
        {
            int lowSurrogates = 0;
            foreach (char character in this[index])
            {
                lowSurrogates += char.IsLowSurrogate(character) ? 1 : 0;
            }

            return LengthOf(index) - lowSurrogates;
        }
    }

    /// <summary>Gets the tokens in UTF-8, less empty ones, in the order of their bytes.</summary>
    public (byte[] Utf8, int Id)[] Sort()
    {
        var sorted = new List<(byte[] Utf8, int Id)>(Count);
        for (int i = 0; i < Count; i++)
        {
            if (LengthOf(i) > 0)
            {
                sorted.Add((Encoding.UTF8.GetBytes(_characters, StartOf(i), LengthOf(i)), _ids[i]));
            }
        }

        sorted.Sort((one, other) => one.Utf8.AsSpan().SequenceCompareTo(other.Utf8));
        return [.. sorted];
    }

    /// <summary>Creates the error for a token that is there a second time.</summary>
    public InvalidDataException Twice(string token, int first, int second) => new(isLineByLine
        ? $"{file}: the token '{token}' is on the lines {first + 1} and {second + 1}, so that its id is not certain."
        : $"{file}: the token '{token}' has the ids {first} and {second}.");

    /// <summary>Checks that the ids run from 0 without a gap, each with one token.</summary>
    /// <param name="added">The ids of added tokens that are not among these.</param>
    /// <returns>The number of all tokens.</returns>
    /// <exception cref="InvalidDataException">An id is there twice, or one is left out.</exception>
    public int CheckIds(IReadOnlyCollection<int> added)
    {
        int count = _ids.Count + added.Count;
        bool[] seen = new bool[count];
        foreach (int id in _ids.Concat(added))
        {
            if (id >= count || seen[id])
            {
                throw new InvalidDataException($"{file}: the ids of {count} tokens must be 0 to {count - 1}, each once, but {id} is " +
                    (id >= count ? "one of them" : "there twice") + ": tokens are missing or moved; fetch the file again.");
            }

            seen[id] = true;
        }

        return count;
    }

    private int StartOf(int index) => index == 0 ? 0 : _ends[index - 1];

    private int LengthOf(int index) => _ends[index] - StartOf(index);

    private void Commit(int length, int id)
    {
        _used += length;
        LongestToken = Math.Max(LongestToken, length);
        _ends.Add(_used);
        _ids.Add(id);
    }

    private void Reserve(int length)
    {
        if (_used + length > _characters.Length)
        {
            Array.Resize(ref _characters, Math.Max(_characters.Length * 2, _used + length));
        }
    }
}
