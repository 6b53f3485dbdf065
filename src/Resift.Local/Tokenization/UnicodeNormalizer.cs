using System.Runtime.InteropServices;
using System.Text;

namespace Resift.Local.Tokenization;

/// <summary>Unicode's normalization forms (UAX #15), by the data of the reference instead of .NET's or ICU's.</summary>
/// <param name="table">Canonical or compatibility.</param>
/// <param name="composes">Whether to compose again what was decomposed: NFC and NFKC.</param>
internal sealed class UnicodeNormalizer(NormalizationTable table, bool composes) : Normalizer
{
    private const char LastAscii = '\u007F';

    public override void Apply(ReadOnlySpan<char> text, TextBuffer output)
    {
        List<int>? parts = null;
        while (!text.IsEmpty)
        {
            int ascii = text.IndexOfAnyExceptInRange('\0', LastAscii);
            if (ascii < 0)
            {
                output.Append(text);
                break;
            }

            // What follows an ASCII character may be composed with it, but never an ASCII character with what is before it.
            int start = Math.Max(ascii - 1, 0);
            int length = text[ascii..].IndexOfAnyInRange('\0', LastAscii);
            int end = length < 0 ? text.Length : ascii + length;
            output.Append(text[..start]);
            Normalize(text[start..end], parts ??= [], output);
            text = text[end..];
        }
    }

    private void Normalize(ReadOnlySpan<char> text, List<int> parts, TextBuffer output)
    {
        parts.Clear();
        foreach (Rune rune in text.EnumerateRunes())
        {
            table.Decompose(rune.Value, parts);
        }

        Span<int> codePoints = CollectionsMarshal.AsSpan(parts);
        Reorder(codePoints);
        foreach (int codePoint in composes ? codePoints[..Compose(codePoints)] : codePoints)
        {
            output.Append(new Rune(codePoint));
        }
    }

    /// <summary>Sorts each run of combining marks by their classes; those of one class stay as they stand.</summary>
    private void Reorder(Span<int> codePoints)
    {
        for (int i = 0; i < codePoints.Length; i++)
        {
            int start = i;
            bool isSorted = true;
            byte last = 0;
            for (; i < codePoints.Length && table.CombiningClass(codePoints[i]) is > 0 and var current; i++)
            {
                isSorted &= last <= current;
                last = current;
            }

            if (!isSorted)
            {
                Sort(codePoints[start..i]);
            }
        }
    }

    private void Sort(Span<int> marks)
    {
        long[] places = new long[marks.Length];
        for (int i = 0; i < marks.Length; i++)
        {
            places[i] = ((long)table.CombiningClass(marks[i]) << 32) | (uint)i;
        }

        int[] sorted = marks.ToArray();
        Array.Sort(places, sorted);
        sorted.CopyTo(marks);
    }

    /// <summary>Composes in place and returns how many code points are left.</summary>
    private int Compose(Span<int> codePoints)
    {
        int starter = -1;
        int between = -1;
        int written = 0;
        foreach (int codePoint in codePoints)
        {
            // Whatever of the same or a higher class stands between a mark and its starter blocks it.
            byte current = table.CombiningClass(codePoint);
            if (starter >= 0 && between < current && table.TryCompose(codePoints[starter], codePoint, out int composite))
            {
                codePoints[starter] = composite;
                continue;
            }

            (starter, between) = current == 0 ? (written, -1) : (starter, current);
            codePoints[written++] = codePoint;
        }

        return written;
    }
}
