using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>
/// Cuts documents into the passages that are embedded, searched and reranked. Title and headings, which stand before each, count within its
/// tokens.
/// </summary>
/// <param name="countTokens">Counts tokens as the embedder does.</param>
/// <param name="recipe">How long passages are.</param>
internal sealed class PassageCutter(TokenCounter countTokens, IndexRecipe recipe)
{
    /// <summary>
    /// How many tokens a passage has unless told otherwise: the embedder reads 256, and more tell less of what a part is about.
    /// </summary>
    public const int DefaultTokens = 200;

    /// <summary>How many tokens passages share unless told otherwise.</summary>
    public const int DefaultOverlap = 32;

    /// <summary>How many tokens a passage has to have at least, so that there is room for text beside its headings.</summary>
    public const int LeastTokens = 16;

    // Another one for each way of cutting, so that documents which have not changed are cut anew.
    private const string Version = "3";

    private readonly string _cut = string.Create(CultureInfo.InvariantCulture, $"tokens={recipe.Tokens} overlap={recipe.Overlap}");

    /// <summary>Gets how the index makes its texts, and what it remembers of how they were cut.</summary>
    public CollectionOptions CollectionOptions => new()
    {
        Template = PassageTemplate.TitleAndHeadings.Within(countTokens, recipe.Tokens),
        Cut = recipe.ToString(),
    };

    /// <summary>Prepares a document for the index, which cuts it only if it has changed.</summary>
    public IndexedDocument Prepare(SourceDocument document) => new(document.Id, Hash(document), () => Cut(document))
    {
        Metadata = document.Metadata,
    };

    private IEnumerable<SearchDocument> Cut(SourceDocument document)
    {
        var whole = new SearchDocument(document.Id, document.Text) { Metadata = document.Metadata };
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var passages = document.Outline is { } outline
            ? whole.ToPassages(text => OutlinedChunker().Chunk(text, outline))
            : whole.ToPassages(PlainChunker().Chunk);
        return document.Pages is { } pages ? passages.Select(passage => WithPages(passage, pages)) : passages;

        OutlineChunker OutlinedChunker() => new(countTokens, recipe.Tokens, recipe.Overlap) { ReservedTokens = Reserved };

        TextChunker PlainChunker()
        {
            int left = recipe.Tokens - Math.Min(Reserved(null), recipe.Tokens / 2);
            return new(countTokens, left, Math.Min(recipe.Overlap, left / 2));
        }

        int Reserved(string? heading)
        {
            if (!known.TryGetValue(heading ?? "", out int count))
            {
                var metadata = new Dictionary<string, string>(document.Metadata) { [PassageExtensions.HeadingKey] = heading ?? "" };
                known[heading ?? ""] = count = countTokens(PassageTemplate.TitleAndHeadings.PrefixOf(whole with { Metadata = metadata }));
            }

            return count;
        }
    }

    private static SearchDocument WithPages(SearchDocument passage, PageStarts pages) => passage with
    {
        Metadata = new Dictionary<string, string>(passage.Metadata)
        {
            [pages.Key] = pages.Of(passage.Location!.Start, passage.Location.Length),
        },
    };

    private string Hash(SourceDocument document)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string outline = document.Pages is not null ? "pages" : document.Outline is null ? "text" : "outline";
        hash.AppendData(Encoding.UTF8.GetBytes($"{Version}/{_cut}/{outline}/{document.Outline?.Title}\n"));
        hash.AppendData(Encoding.UTF8.GetBytes(document.Text));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
