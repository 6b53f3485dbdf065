using System.Buffers;

namespace Resift.Evaluation;

/// <summary>Cuts a line of TREC's files into its columns.</summary>
internal static class TrecColumns
{
    // As in trec_eval, which is written in C: an id may have other white space, such as a no-break space.
    private static readonly SearchValues<byte> _separators = SearchValues.Create(" \t\v\f\r"u8);

    /// <summary>Finds the columns of a line.</summary>
    /// <returns>How many there are, which may be more than there is room for.</returns>
    public static int Split(ReadOnlySpan<byte> line, Span<Range> columns)
    {
        int count = 0;
        int end = 0;
        while (line[end..].IndexOfAnyExcept(_separators) is >= 0 and var gap)
        {
            int start = end + gap;
            int length = line[start..].IndexOfAny(_separators);
            end = length < 0 ? line.Length : start + length;
            if (count < columns.Length)
            {
                columns[count] = start..end;
            }

            count++;
        }

        return count;
    }
}
