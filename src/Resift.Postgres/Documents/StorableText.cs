using System.Text;
using Resift.Retrieval;

namespace Resift.Postgres;

/// <summary>
/// Turns a text into what PostgreSQL can keep: NUL and half of a surrogate pair, which its UTF-8 cannot have, become U+FFFD. Offsets stay
/// what they are.
/// </summary>
internal static class StorableText
{
    private const char Replacement = '\ufffd';

    public static bool Is(string text) => FirstUnfit(text, 0) < 0;

    public static string Of(string text)
    {
        int unfit = FirstUnfit(text, 0);
        if (unfit < 0)
        {
            return text;
        }

        char[] characters = text.ToCharArray();
        for (; unfit >= 0; unfit = FirstUnfit(text, unfit + 1))
        {
            characters[unfit] = Replacement;
        }

        return new(characters);
    }

    /// <summary>Gets a document whose texts and metadata can be kept.</summary>
    public static IndexedDocument Of(IndexedDocument document) => document with
    {
        Metadata = Of(document.Metadata),
        Passages = () => document.Passages()?.Select(passage => passage?.Text is null || passage.Metadata is null ? passage! : passage with
        {
            Text = Of(passage.Text),
            SearchedText = passage.SearchedText is { } searched ? Of(searched) : null,
            Metadata = Of(passage.Metadata),
        })!,
    };

    // A null value is refused later on, by the words of whoever checks documents.
    private static IReadOnlyDictionary<string, string> Of(IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata is null || metadata.All(pair => Is(pair.Key) && (pair.Value is null || Is(pair.Value))))
        {
            return metadata!;
        }

        var storable = new Dictionary<string, string>();
        foreach (var (key, value) in metadata)
        {
            storable[Of(key)] = value is null ? null! : Of(value);
        }

        return storable;
    }

    private static int FirstUnfit(string text, int start)
    {
        for (int i = start; i < text.Length; i++)
        {
            if (text[i] == '\0' || !Rune.TryGetRuneAt(text, i, out var rune))
            {
                return i;
            }

            i += rune.Utf16SequenceLength - 1;
        }

        return -1;
    }
}
