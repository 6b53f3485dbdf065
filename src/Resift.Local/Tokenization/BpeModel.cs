using System.Buffers;
using System.Text;

namespace Resift.Local.Tokenization;

/// <summary>
/// Byte pair encoding (Sennrich 2016): a piece begins as its characters, and the pair of neighbours that was learned first is merged until
/// none is left. In byte-level vocabularies a character is a byte.
/// </summary>
internal sealed class BpeModel : TokenModel
{
    // Characters below it have their ids in an array: all those that stand for bytes, and most of European texts.
    private const int DirectIds = 0x250;

    private const int BytesPerCharacter = 3;

    private readonly TokenTable _vocabulary;
    private readonly PairTable _ranks;
    private readonly int[] _mergedIds;
    private readonly int[] _directIds;
    private readonly int[]? _byteIds;
    private readonly BpeOptions _options;

    /// <param name="tokens">The vocabulary.</param>
    /// <param name="merges">The pairs in the order in which they were learned.</param>
    /// <param name="options">How characters that the vocabulary lacks, and whole pieces that it has, are treated.</param>
    /// <exception cref="InvalidDataException">
    /// A token occurs twice, or a merge is of tokens, or makes one, that the vocabulary lacks.
    /// </exception>
    public BpeModel(TokenList tokens, IReadOnlyList<(string First, string Second)> merges, BpeOptions options)
    {
        _vocabulary = tokens.Build();
        _options = options;
        _ranks = new PairTable(merges.Count);
        _mergedIds = new int[merges.Count];
        for (int rank = 0; rank < merges.Count; rank++)
        {
            (string first, string second) = merges[rank];
            _ranks.Set(Require(first), Require(second), rank);
            _mergedIds[rank] = Require(first + second);

            int Require(string token) => FindId(token) ?? throw new InvalidDataException(
                $"{tokens.File}: merge {rank} is of '{first}' and '{second}', but the vocabulary has no '{token}': tokens or merges are " +
                "missing or of another model; fetch the file again.");
        }

        _directIds = [.. Enumerable.Range(0, DirectIds).Select(character => FindId([(char)character]) ?? -1)];
        UnknownId = options.UnknownToken is not { } unknown ? null : FindId(unknown)
            ?? throw new InvalidDataException($"{tokens.File} has no token '{unknown}', which stands for unknown characters.");
        _byteIds = options.FallsBackToBytes ? ByteTokens.Find(this) : null;
    }

    public override int? UnknownId { get; }

    public override int? FindId(ReadOnlySpan<char> token) => _vocabulary.Find(token);

    public override void Take(ReadOnlySpan<char> piece, bool isFirst, ref TokenWriter tokens)
    {
        if (_options.IgnoresMerges && FindId(piece) is { } whole)
        {
            tokens.Write(whole);
            return;
        }

        const int ShortPiece = 64;
        int room = _byteIds is null ? piece.Length : piece.Length * BytesPerCharacter;
        int[]? rented = room > ShortPiece ? ArrayPool<int>.Shared.Rent(room) : null;
        Span<int> symbols = rented ?? stackalloc int[ShortPiece];
        foreach (int id in symbols[..BpeMerger.Merge(symbols[..ReadSymbols(piece, symbols)], _ranks, _mergedIds)])
        {
            tokens.Write(id);
        }

        if (rented is not null)
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    /// <summary>Writes the ids of a piece's characters, and returns how many there are.</summary>
    private int ReadSymbols(ReadOnlySpan<char> piece, Span<int> symbols)
    {
        int count = 0;
        bool isUnknownPending = false;
        Span<byte> utf8 = stackalloc byte[4];
        for (int i = 0, length; i < piece.Length; i += length)
        {
            Rune.DecodeFromUtf16(piece[i..], out Rune rune, out length);
            int id = rune.Value < DirectIds ? _directIds[rune.Value] : FindId(piece.Slice(i, length)) ?? -1;
            if (id >= 0)
            {
                WriteUnknown(ref count, symbols);
                symbols[count++] = id;
            }
            else if (_byteIds is not null && ByteTokens.Cover(_byteIds, utf8[..rune.EncodeToUtf8(utf8)]))
            {
                foreach (byte value in utf8[..rune.Utf8SequenceLength])
                {
                    symbols[count++] = _byteIds[value];
                }
            }
            else if (UnknownId is not null)
            {
                // Where there is no unknown token, what the vocabulary lacks is dropped.
                if (!_options.FusesUnknown)
                {
                    WriteUnknown(ref count, symbols);
                }

                isUnknownPending = true;
            }
        }

        WriteUnknown(ref count, symbols);
        return count;

        void WriteUnknown(ref int count, Span<int> symbols)
        {
            if (isUnknownPending)
            {
                symbols[count++] = UnknownId!.Value;
                isUnknownPending = false;
            }
        }
    }
}

/// <summary>What a BPE model does beside merging.</summary>
/// <param name="UnknownToken">What stands for a character that the vocabulary lacks; null where such characters are dropped.</param>
/// <param name="FusesUnknown">Whether unknown characters that touch are one token.</param>
/// <param name="FallsBackToBytes">Whether unknown characters become the tokens of their bytes, if all of them have one.</param>
/// <param name="IgnoresMerges">Whether a piece that the vocabulary has as a whole is one token, whatever the merges say.</param>
internal sealed record BpeOptions(
    string? UnknownToken = null,
    bool FusesUnknown = false,
    bool FallsBackToBytes = false,
    bool IgnoresMerges = false);
