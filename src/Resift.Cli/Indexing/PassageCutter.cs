using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Resift.Chunking;
using Resift.Retrieval;
using Resift.Sqlite;

namespace Resift.Cli;

/// <summary>Cuts documents into the passages that are embedded, searched and reranked.</summary>
internal sealed class PassageCutter
{
    /// <summary>
    /// How many tokens a passage has unless told otherwise: it leaves room for a query within the 256 that the bundled reranker reads.
    /// </summary>
    public const int DefaultTokens = 200;

    /// <summary>How many tokens passages share unless told otherwise.</summary>
    public const int DefaultOverlap = 32;

    // Another one for each way of cutting, so that documents which have not changed are cut anew.
    private const string Version = "2";

    private readonly TextChunker _text;
    private readonly OutlineChunker _outlined;
    private readonly string _settings;

    public PassageCutter(TokenCounter countTokens, int tokens, int overlap)
    {
        _text = new(countTokens, tokens, overlap);
        _outlined = new(countTokens, tokens, overlap);
        _settings = string.Create(CultureInfo.InvariantCulture, $"{tokens}/{overlap}");
    }

    /// <summary>Makes a document ready for the index, which cuts it only if it has changed.</summary>
    public IndexedDocument Prepare(SourceDocument document)
    {
        Func<string, IReadOnlyList<TextChunk>> chunk =
            document.Outline is { } outline ? text => _outlined.Chunk(text, outline) : _text.Chunk;
        return new(document.Id, Hash(document), () => new SearchDocument(document.Id, document.Text).ToPassages(chunk))
        {
            Metadata = document.Metadata,
        };
    }

    private string Hash(SourceDocument document)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{Version}/{_settings}/{(document.Outline is null ? "text" : "outline")}\n"));
        hash.AppendData(Encoding.UTF8.GetBytes(document.Text));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
