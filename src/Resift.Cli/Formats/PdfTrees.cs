using UglyToad.PdfPig;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Tokens;

namespace Resift.Cli;

/// <summary>
/// Looks whether trees in a PDF are trees. The library walks them by recursion, which a branch that leads back to itself turns into the end
/// of the process; the tree of names even when it opens a file, so that it has to be hidden until it has been looked at.
/// </summary>
internal static class PdfTrees
{
    private const int MostNodes = 10_000;

    private static ReadOnlySpan<byte> Names => "Names"u8;

    /// <summary>Replaces the name of the names in a file, or in a part of one, by another of the same length.</summary>
    /// <returns>Whether there are any.</returns>
    public static bool HideNames(Span<byte> bytes)
    {
        bool isAny = false;
        for (int at; (at = bytes.IndexOf((byte)'/')) >= 0;)
        {
            bytes = bytes[(at + 1)..];
            if (BeginsWithNames(bytes))
            {
                isAny = true;

                // N or #4E becomes O or #4F.
                bytes[bytes[0] == '#' ? 2 : 0]++;
            }
        }

        return isAny;
    }

    /// <summary>Determines whether the tree of names of a file that was opened with hidden names is one that can be read.</summary>
    public static bool HasTreeOfNames(PdfDocument pdf)
    {
        try
        {
            var names = Resolve(pdf, Child(pdf.Structure.Catalog.CatalogDictionary, "Oames"));
            return names is not DictionaryToken dictionary || IsTree(pdf, Child(dictionary, "Dests"), "Kids");
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or InvalidDataException))
        {
            return false;
        }
    }

    /// <summary>Determines whether the bookmarks of a file are a tree.</summary>
    public static bool HasTreeOfBookmarks(PdfDocument pdf) =>
        IsTree(pdf, Child(pdf.Structure.Catalog.CatalogDictionary, "Outlines"), "First", "Next");

    private static bool IsTree(PdfDocument pdf, IToken root, params ReadOnlySpan<string> branches)
    {
        var seen = new HashSet<IndirectReference>();
        var left = new Stack<IToken>([root]);
        while (left.TryPop(out var token))
        {
            if (token is IndirectReferenceToken reference && (seen.Count == MostNodes || !seen.Add(reference.Data)))
            {
                return false;
            }

            switch (Resolve(pdf, token))
            {
                case ArrayToken list:
                    foreach (var item in list.Data)
                    {
                        left.Push(item);
                    }

                    break;
                case DictionaryToken node:
                    foreach (string branch in branches)
                    {
                        left.Push(Child(node, branch));
                    }

                    break;
            }
        }

        return true;
    }

    private static IToken Child(DictionaryToken node, string name) => node.Data.GetValueOrDefault(name, NullToken.Instance);

    private static IToken Resolve(PdfDocument pdf, IToken token) =>
        token is IndirectReferenceToken reference ? pdf.Structure.GetObject(reference.Data).Data : token;

    private static bool BeginsWithNames(ReadOnlySpan<byte> bytes)
    {
        foreach (byte letter in Names)
        {
            bool isEscaped = bytes is [(byte)'#', var high, var low, ..] && HexOf(high) is >= 0 and var h && HexOf(low) is >= 0 and var l
                && h * 16 + l == letter;
            if (!isEscaped && (bytes is [] || bytes[0] != letter))
            {
                return false;
            }

            bytes = bytes[(isEscaped ? 3 : 1)..];
        }

        return true;
    }

    private static int HexOf(byte digit) => char.IsAsciiHexDigit((char)digit) ? Convert.ToInt32(((char)digit).ToString(), 16) : -1;
}
