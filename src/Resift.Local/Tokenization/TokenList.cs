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

    /// <summary>Adds a token.</summary>
    public void Add(ReadOnlySpan<char> token, int id)
    {
        Reserve(token.Length);
        token.CopyTo(_characters.AsSpan(_used));
        Commit(token.Length, id);
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

    /// <summary>
    /// Builds the tables of the tokens that begin a word and, less the prefix, of those that continue one. A token with the prefix is in
    /// both, as a text may hold the prefix itself.
    /// </summary>
    /// <exception cref="InvalidDataException">A token occurs twice.</exception>
    public (TokenTable Beginning, TokenTable Continuing) Build(string prefix)
    {
        char[] characters = _characters.AsSpan(0, _used).ToArray();
        var beginning = new TokenTable(characters, _ids.Count);
        var continuing = new TokenTable(characters, CountContinuations(characters, prefix));
        int start = 0;
        for (int i = 0; i < _ids.Count; i++)
        {
            int length = _ends[i] - start;

            // The empty token of an empty line has an id but matches nothing.
            if (length == 0)
            {
                continue;
            }

            if (!beginning.TryAdd(start, length, _ids[i], out int present))
            {
                string token = new(characters, start, length);
                throw new InvalidDataException(isLineByLine
                    ? $"{file}: the token '{token}' is on the lines {present + 1} and {_ids[i] + 1}, so that its id is not certain."
                    : $"{file}: the token '{token}' has the ids {present} and {_ids[i]}.");
            }

            if (length > prefix.Length && characters.AsSpan(start, length).StartsWith(prefix))
            {
                continuing.TryAdd(start + prefix.Length, length - prefix.Length, _ids[i], out _);
            }

            start = _ends[i];
        }

        return (beginning, continuing);
    }

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

    private int CountContinuations(char[] characters, string prefix)
    {
        int count = 0;
        int start = 0;
        foreach (int end in _ends)
        {
            count += characters.AsSpan(start, end - start).StartsWith(prefix) ? 1 : 0;
            start = end;
        }

        return count;
    }

    private void Commit(int length, int id)
    {
        _used += length;
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
