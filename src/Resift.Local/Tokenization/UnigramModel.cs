using System.Buffers;
using System.Text;

namespace Resift.Local.Tokenization;

/// <summary>
/// A unigram language model (Kudo 2018): of all ways to cut a piece into tokens it takes the one with the highest sum of scores, found by
/// Viterbi's algorithm in one pass.
/// </summary>
internal sealed class UnigramModel : TokenModel
{
    /// <summary>How far below the lowest score of the vocabulary an unknown character is.</summary>
    private const double UnknownPenalty = 10;

    // Looking for the tokens at a place costs as many steps as the longest has bytes.
    private const int LongestToken = 1_024;

    private const int BytesPerCharacter = 3;

    private readonly PieceTrie _trie;
    private readonly double[] _scores;
    private readonly double _unknownScore;
    private readonly int _unknownId;
    private readonly int[]? _byteIds;

    /// <param name="tokens">The vocabulary, with ids from 0 in order.</param>
    /// <param name="scores">The score of each token.</param>
    /// <param name="unknownId">The id of what stands for unknown characters.</param>
    /// <param name="fallsBackToBytes">Whether unknown characters become the tokens of their bytes, if all of them have one.</param>
    /// <exception cref="InvalidDataException">A token occurs twice or is too long, or the unknown one is not in the vocabulary.</exception>
    public UnigramModel(TokenList tokens, double[] scores, int unknownId, bool fallsBackToBytes)
    {
        if ((uint)unknownId >= (uint)scores.Length)
        {
            throw new InvalidDataException(
                $"{tokens.File}: unk_id must be one of the {scores.Length} ids of the vocabulary, but is {unknownId}.");
        }

        if (tokens.LongestToken > LongestToken)
        {
            throw new InvalidDataException(
                $"{tokens.File}: a token has {tokens.LongestToken} characters; at most {LongestToken} are supported.");
        }

        _trie = new PieceTrie(tokens);
        _scores = scores;
        _unknownScore = scores.Min() - UnknownPenalty;
        _unknownId = unknownId;
        _byteIds = fallsBackToBytes ? ByteTokens.Find(this) : null;
    }

    public override int? UnknownId => _unknownId;

    public override int? FindId(ReadOnlySpan<char> token) =>
        _trie.Find(Encoding.UTF8.GetBytes(token.ToArray())) is >= 0 and var id ? id : null;

    public override void Take(ReadOnlySpan<char> piece, bool isFirst, ref TokenWriter tokens)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(piece.Length * BytesPerCharacter);
        int length = Encoding.UTF8.GetBytes(piece, bytes);
        Path[] path = ArrayPool<Path>.Shared.Rent(length + 1);
        try
        {
            ReadOnlySpan<byte> text = bytes.AsSpan(0, length);
            FindBest(text, path);
            Reverse(path, length);
            Write(text, path, ref tokens);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<Path>.Shared.Return(path);
        }
    }

    /// <summary>Finds for each place the best way to it, as the token that ends there.</summary>
    private void FindBest(ReadOnlySpan<byte> text, Span<Path> path)
    {
        path[..(text.Length + 1)].Fill(Path.None);
        path[0] = default;
        int length;
        for (int start = 0; start < text.Length; start += length)
        {
            Rune.DecodeFromUtf8(text[start..], out _, out length);
            double score = path[start].Score;
            bool isCharacterKnown = false;
            int node = PieceTrie.Root;
            for (int end = start; end < text.Length && (node = _trie.Step(node, text[end])) >= 0;)
            {
                end++;
                if (_trie.IdAt(node) is >= 0 and var id)
                {
                    Improve(ref path[end], score + _scores[id], start, id);
                    isCharacterKnown |= end - start == length;
                }
            }

            if (!isCharacterKnown)
            {
                Improve(ref path[start + length], score + _unknownScore, start, _unknownId);
            }
        }
    }

    private static void Improve(ref Path best, double score, int start, int id)
    {
        if (best.Other < 0 || score > best.Score)
        {
            best = new Path(score, start, id);
        }
    }

    /// <summary>Turns the links to where tokens begin, from the end on, into links to where they end, from the beginning on.</summary>
    private static void Reverse(Span<Path> path, int length)
    {
        (int end, int id) = (-1, -1);
        for (int place = length; place >= 0;)
        {
            Path token = path[place];
            path[place] = new Path(0, end, id);
            (end, id) = (place, token.Id);
            place = place == 0 ? -1 : token.Other;
        }
    }

    private void Write(ReadOnlySpan<byte> text, ReadOnlySpan<Path> path, ref TokenWriter tokens)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            int id = path[start].Id;
            end = path[start].Other;
            if (id != _unknownId)
            {
                tokens.Write(id);
                continue;
            }

            // Unknown characters that touch are one token.
            while (end < text.Length && path[end].Id == _unknownId)
            {
                end = path[end].Other;
            }

            WriteUnknown(text[start..end], ref tokens);
        }
    }

    private void WriteUnknown(ReadOnlySpan<byte> text, ref TokenWriter tokens)
    {
        if (_trie.Find(text) is >= 0 and var id)
        {
            tokens.Write(id);
        }
        else if (_byteIds is not null && ByteTokens.Cover(_byteIds, text))
        {
            foreach (byte value in text)
            {
                tokens.Write(_byteIds[value]);
            }
        }
        else
        {
            tokens.Write(_unknownId);
        }
    }

    /// <summary>A token on the best way through a text.</summary>
    /// <param name="Score">The sum of scores up to its end.</param>
    /// <param name="Other">Where it begins, or less than 0 where no way leads; later, where it ends.</param>
    /// <param name="Id">Its id.</param>
    private readonly record struct Path(double Score, int Other, int Id)
    {
        public static Path None => new(0, -1, -1);
    }
}
