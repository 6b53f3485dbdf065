using System.Globalization;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Resift.Sqlite;

namespace Resift.Mcp;

/// <summary>The documents of a collection as resources.</summary>
internal sealed class DocumentResources(SqliteCollection documents)
{
    private const int PageSize = 100;
    private const string MediaType = "text/plain";

    /// <summary>Gets how a document's address is made.</summary>
    public static ListResourceTemplatesResult Templates => new()
    {
        ResourceTemplates =
        [
            new()
            {
                UriTemplate = WholeDocument.UriTemplate,
                Name = "document",
                Title = "An indexed document",
                Description = "The text of a document by its id, as the tool search gives it.",
                MimeType = MediaType,
            },
        ],
    };

    /// <summary>Lists the documents, a page at a time; the cursor is how many were listed before.</summary>
    public async ValueTask<ListResourcesResult> ListAsync(
        RequestContext<ListResourcesRequestParams> request, CancellationToken cancellationToken)
    {
        int skipped = ReadCursor(request.Params?.Cursor);
        string[] ids = await documents.GetDocumentIdsAsync(cancellationToken: cancellationToken)
            .Skip(skipped).Take(PageSize + 1).ToArrayAsync(cancellationToken).ConfigureAwait(false);
        return new()
        {
            Resources = [.. ids.Take(PageSize).Select(id => new Resource
            {
                Uri = WholeDocument.UriOf(id),
                Name = id,
                MimeType = MediaType,
            })],
            NextCursor = ids.Length > PageSize ? (skipped + PageSize).ToString(CultureInfo.InvariantCulture) : null,
        };
    }

    /// <summary>Reads a document.</summary>
    /// <exception cref="McpProtocolException">There is none of that address.</exception>
    public async ValueTask<ReadResourceResult> ReadAsync(
        RequestContext<ReadResourceRequestParams> request, CancellationToken cancellationToken)
    {
        string uri = request.Params?.Uri ?? "";
        var document = WholeDocument.IdOf(uri) is { Length: > 0 } id
            ? await WholeDocument.ReadAsync(documents, id, cancellationToken).ConfigureAwait(false)
            : null;
        return document is null
            ? throw new McpProtocolException(
                $"There is no resource '{uri}'. Addresses are {WholeDocument.UriTemplate}, with the id of an indexed document.",
                McpErrorCode.ResourceNotFound)
            : new() { Contents = [new TextResourceContents { Uri = uri, MimeType = MediaType, Text = document.Text }] };
    }

    private static int ReadCursor(string? cursor) =>
        cursor is null ? 0
        : int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out int skipped) ? skipped
        : throw new McpProtocolException("The cursor is none that this server gave. Begin without one.", McpErrorCode.InvalidParams);
}
