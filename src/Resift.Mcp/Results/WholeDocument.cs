using System.Text;
using Resift.Retrieval;
using Resift.Sqlite;

namespace Resift.Mcp;

/// <summary>A document put together from its passages.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text.</param>
/// <param name="Metadata">What all passages say of it.</param>
internal sealed record WholeDocument(string Id, string Text, IReadOnlyDictionary<string, string> Metadata)
{
    private const string Scheme = "resift://documents/";

    /// <summary>The addresses of documents as resources.</summary>
    public const string UriTemplate = "resift://documents/{+id}";

    /// <summary>Gets a document's address as a resource.</summary>
    public static string UriOf(string id) => Scheme + string.Join('/', id.Split('/').Select(Uri.EscapeDataString));

    /// <summary>Gets the id in an address; null if it is another's.</summary>
    public static string? IdOf(string uri) =>
        uri.StartsWith(Scheme, StringComparison.Ordinal) ? Uri.UnescapeDataString(uri[Scheme.Length..]) : null;

    /// <summary>Reads a document; null if there is none.</summary>
    public static async Task<WholeDocument?> ReadAsync(SqliteCollection documents, string id, CancellationToken cancellationToken)
    {
        var passages = await documents.GetPassagesAsync(id, cancellationToken).ConfigureAwait(false);
        return passages is [var first, ..] ? new(id, PromptText.Defuse(Join(passages)), Common(first, passages)) : null;
    }

    // Passages overlap where they were cut so, and white space between them may be left out.
    private static string Join(IReadOnlyList<SearchDocument> passages)
    {
        var text = new StringBuilder();
        int end = 0;
        foreach (var passage in passages)
        {
            int start = passage.Location?.Start ?? end;
            bool isVerbatim = passage.Location?.Length == passage.Text.Length;
            int overlap = isVerbatim ? Math.Clamp(end - start, 0, passage.Text.Length) : 0;
            if (text.Length > 0 && start > end)
            {
                text.Append(start - end > 1 ? "\n\n" : "\n");
            }
            else if (text.Length > 0 && overlap == 0 && text[^1] != '\n')
            {
                text.Append('\n');
            }

            text.Append(passage.Text.AsSpan(overlap));
            end = Math.Max(end, start + (passage.Location?.Length ?? passage.Text.Length));
        }

        return text.ToString();
    }

    private static Dictionary<string, string> Common(SearchDocument first, IReadOnlyList<SearchDocument> passages) => first.Metadata
        .Where(pair => passages.All(passage => passage.Metadata.GetValueOrDefault(pair.Key) == pair.Value))
        .ToDictionary();
}
