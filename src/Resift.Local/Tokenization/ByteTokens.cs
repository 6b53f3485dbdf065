using System.Globalization;

namespace Resift.Local.Tokenization;

/// <summary>The tokens of single bytes, <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>, as which unknown characters may be written.</summary>
internal static class ByteTokens
{
    /// <summary>Gets the id of each byte, less than 0 where the vocabulary lacks its token.</summary>
    public static int[] Find(IVocabulary vocabulary) => [.. Enumerable.Range(0, 256)
        .Select(value => vocabulary.FindId(string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>")) ?? -1)];

    /// <summary>Determines whether all bytes of a text have tokens.</summary>
    public static bool Cover(int[] ids, ReadOnlySpan<byte> text)
    {
        foreach (byte value in text)
        {
            if (ids[value] < 0)
            {
                return false;
            }
        }

        return true;
    }
}
