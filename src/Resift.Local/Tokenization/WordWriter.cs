using System.Text;

namespace Resift.Local.Tokenization;

/// <summary>Goes through a text, normalizes it, and writes the tokens of each word as soon as it ends.</summary>
/// <param name="model">What cuts the words.</param>
/// <param name="word">Room for a word; one that fills it is longer than any that the model would cut.</param>
/// <param name="hashes">Room for the hashes of a token's beginnings.</param>
/// <param name="destination">Where the ids go, as far as there is room.</param>
internal ref struct WordWriter(WordPieceModel model, Span<char> word, Span<uint> hashes, Span<int> destination)
{
    private readonly Span<char> _word = word;
    private readonly Span<uint> _hashes = hashes;
    private readonly Span<int> _destination = destination;
    private uint _hash = TokenTable.Seed;
    private int _length;
    private int _surrogatePairs;

    /// <summary>Gets the number of tokens so far, with those that had no room.</summary>
    public int Count { get; private set; }

    /// <summary>Gets how many characters the room for a word must have.</summary>
    public static int RoomFor(int longestWord) => (2 * longestWord) + 1;

    /// <summary>Writes a token that is known already.</summary>
    public void WriteToken(int id)
    {
        if (Count < _destination.Length)
        {
            _destination[Count] = id;
        }

        Count++;
    }

    /// <summary>Writes the tokens of a text that begins and ends with a word's boundary.</summary>
    public void Write(CharacterTable table, ReadOnlySpan<char> text)
    {
        int i = 0;
        while (i < text.Length)
        {
            Character entry = table[text[i]];
            switch (entry.Kind)
            {
                case CharacterKind.Letter:
                    i += AppendLetters(table, text[i..]);
                    break;
                case CharacterKind.Space:
                    EndWord();
                    i++;
                    break;
                case CharacterKind.Surrogate:
                    // Half of a pair counts as U+FFFD.
                    Rune.DecodeFromUtf16(text[i..], out Rune rune, out int length);
                    Append(table, rune.Value, table.Get(rune.Value));
                    i += length;
                    break;
                default:
                    Append(table, text[i], entry);
                    i++;
                    break;
            }
        }

        EndWord();
    }

    private int AppendLetters(CharacterTable table, ReadOnlySpan<char> text)
    {
        Span<char> room = _word[_length..];
        uint hash = _hash;
        int i = 0;
        for (; i < text.Length; i++)
        {
            Character entry = table[text[i]];
            if (entry.Kind != CharacterKind.Letter)
            {
                break;
            }

            // Once the room is full the word is unknown, whatever follows.
            if ((uint)i < (uint)room.Length)
            {
                char letter = (char)entry.CodePoint;
                room[i] = letter;
                hash = TokenTable.Append(hash, letter);
            }
        }

        _length += Math.Min(i, room.Length);
        _hash = hash;
        return i;
    }

    private void Append(CharacterTable table, int codePoint, Character entry)
    {
        switch (entry.Kind)
        {
            case CharacterKind.Letter:
                AppendLetter(entry.CodePoint);
                break;
            case CharacterKind.Space:
                EndWord();
                break;
            case CharacterKind.Punctuation or CharacterKind.Ideograph:
                EndWord();
                AppendLetter(entry.CodePoint);
                EndWord();
                break;
            case CharacterKind.Expand:
                foreach (int part in table.Expand(entry))
                {
                    Append(table, part, table.Get(part));
                }

                break;
            case CharacterKind.Hangul:
                Span<char> jamo = stackalloc char[3];
                foreach (char part in jamo[..CharacterTable.DecomposeHangul(codePoint, jamo)])
                {
                    AppendLetter(part);
                }

                break;
        }
    }

    private void AppendLetter(int codePoint)
    {
        int length = codePoint <= char.MaxValue ? 1 : 2;
        if (_length + length > _word.Length)
        {
            _length = _word.Length;
        }
        else if (length == 1)
        {
            AppendUnit((char)codePoint);
        }
        else
        {
            AppendUnit((char)(0xD7C0 + (codePoint >> 10)));
            AppendUnit((char)(0xDC00 + (codePoint & 0x3FF)));
            _surrogatePairs++;
        }
    }

    private void AppendUnit(char unit)
    {
        _word[_length++] = unit;
        _hash = TokenTable.Append(_hash, unit);
    }

    private void EndWord()
    {
        if (_length == 0)
        {
            return;
        }

        if (_length - _surrogatePairs > model.LongestWord)
        {
            WriteToken(model.UnkId);
        }
        else
        {
            Span<int> destination = Count < _destination.Length ? _destination[Count..] : [];
            Count += model.Write(_word[.._length], _hash, _hashes, destination);
        }

        _hash = TokenTable.Seed;
        _length = 0;
        _surrogatePairs = 0;
    }
}
