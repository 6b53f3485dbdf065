namespace Resift.Local.Tokenization;

/// <summary>Cuts a word into the tokens of a vocabulary, always taking the longest that fits.</summary>
internal sealed class WordPieceModel : IVocabulary
{
    private readonly TokenTable _beginning;
    private readonly TokenTable _continuing;

    /// <param name="tokens">The vocabulary.</param>
    /// <param name="prefix">What marks a token that continues a word.</param>
    /// <param name="unknownToken">The token for a word that cannot be cut.</param>
    /// <param name="longestWord">How many code points a word may have before it counts as unknown.</param>
    /// <exception cref="InvalidDataException">A token occurs twice, or the unknown token not at all.</exception>
    public WordPieceModel(TokenList tokens, string prefix, string unknownToken, int longestWord)
    {
        (_beginning, _continuing) = tokens.Build(prefix);
        LongestWord = longestWord;
        TokenCount = tokens.Count;
        UnkId = FindId(unknownToken)
            ?? throw new InvalidDataException($"{tokens.File} has no token '{unknownToken}', which stands for unknown words.");
    }

    public int UnkId { get; }

    public int LongestWord { get; }

    /// <summary>Gets the number of its tokens.</summary>
    public int TokenCount { get; }

    /// <summary>Gets the number of characters of the longest token.</summary>
    public int LongestToken => Math.Max(_beginning.LongestToken, _continuing.LongestToken);

    public int? FindId(ReadOnlySpan<char> token) => _beginning.Find(token);

    /// <summary>Writes the tokens of a word.</summary>
    /// <param name="word">The word, normalized.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="hashes">Room for the hashes of one token's beginnings.</param>
    /// <param name="destination">Where ids go; what has no room is only counted. A word found unknown half way leaves ids behind.</param>
    /// <returns>The number of tokens.</returns>
    public int Write(ReadOnlySpan<char> word, uint hash, Span<uint> hashes, Span<int> destination)
    {
        if (_beginning.TryFind(word, hash, out int id))
        {
            WriteAt(destination, 0, id);
            return 1;
        }

        TokenTable table = _beginning;
        int count = 0;
        while (!word.IsEmpty)
        {
            int length = FindLongest(table, word, hashes, out id);
            if (length == 0)
            {
                WriteAt(destination, 0, UnkId);
                return 1;
            }

            WriteAt(destination, count++, id);
            word = word[length..];
            table = _continuing;
        }

        return count;
    }

    private static int FindLongest(TokenTable table, ReadOnlySpan<char> word, Span<uint> hashes, out int id)
    {
        int length = Math.Min(word.Length, table.LongestToken);
        uint hash = TokenTable.Seed;
        for (int i = 0; i < length; i++)
        {
            hash = TokenTable.Append(hash, word[i]);
            hashes[i] = hash;
        }

        for (; length > 0; length--)
        {
            if (table.TryFind(word[..length], hashes[length - 1], out id))
            {
                return length;
            }
        }

        id = -1;
        return 0;
    }

    private static void WriteAt(Span<int> destination, int index, int id)
    {
        if ((uint)index < (uint)destination.Length)
        {
            destination[index] = id;
        }
    }
}
