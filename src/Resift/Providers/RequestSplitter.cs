using System.Text;

namespace Resift;

/// <summary>Cuts the documents of a call into requests that keep the provider's limits.</summary>
internal static class RequestSplitter
{
    /// <summary>Cuts in order, so that each part but the last is as large as it may be.</summary>
    /// <param name="query">The query.</param>
    /// <param name="documents">All documents of the call.</param>
    /// <param name="sent">The indices of those that are sent.</param>
    /// <param name="facts">The limits. A document beyond them goes alone, and the provider cuts or refuses it.</param>
    /// <param name="maxDocuments">The most documents of a part.</param>
    public static List<ArraySegment<int>> Split(
        string query, IReadOnlyList<string> documents, int[] sent, ModelFacts facts, int maxDocuments)
    {
        var parts = new List<ArraySegment<int>>();
        long perDocument = facts.CountsQueryPerDocument ? JsonSize(query) : 0;
        long bytes = 0;
        int start = 0;
        for (int i = 0; i < sent.Length; i++)
        {
            long size = perDocument + JsonSize(documents[sent[i]]);
            if (i > start && (i - start == maxDocuments || bytes + size > facts.MaxRequestBytes))
            {
                parts.Add(new(sent, start, i - start));
                start = i;
                bytes = 0;
            }

            bytes += size;
        }

        if (start < sent.Length)
        {
            parts.Add(new(sent, start, sent.Length - start));
        }

        return parts;
    }

    // As the JSON writer has them: a letter beyond the basic plane, four bytes of UTF-8, becomes two escapes of six bytes.
    private static long JsonSize(string text)
    {
        long size = Encoding.UTF8.GetByteCount(text);
        foreach (char unit in text)
        {
            size += char.IsHighSurrogate(unit) ? 8 : unit is '"' or '\\' or '\n' or '\r' or '\t' ? 1 : unit < ' ' ? 5 : 0;
        }

        return size;
    }
}
