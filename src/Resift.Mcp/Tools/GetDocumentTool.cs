namespace Resift.Mcp;

/// <summary>The tool <c>get_document</c>.</summary>
internal sealed class GetDocumentTool(ResiftMcpOptions options) : ModelTool<DocumentResult>(
    "get_document",
    "Read a document",
    "Reads an indexed document, from its beginning or from an offset on. Use it when a passage that search found is not enough. A long " +
        "document comes in parts: call again with next_offset.",
    """
    {
      "type": "object",
      "properties": {
        "document_id": { "type": "string", "description": "The document's id, as search gives it." },
        "offset": {
          "type": "integer", "minimum": 0,
          "description": "Where to begin, in characters: next_offset of the part before. 0 if it is left out."
        }
      },
      "required": ["document_id"]
    }
    """,
    ToolJson.Default.DocumentResult)
{
    protected override async Task<DocumentResult> RunAsync(ToolArguments arguments, CancellationToken cancellationToken)
    {
        string id = arguments.Text("document_id", "the id of a document, as search gives it,");
        int offset = arguments.Number("offset", 0, int.MaxValue) ?? 0;
        var document = await WholeDocument.ReadAsync(options.Documents!, id, cancellationToken).ConfigureAwait(false)
            ?? throw new ToolProblem($"There is no document '{id}'. Use a document_id that search gave, letter by letter.");
        if (offset > document.Text.Length)
        {
            throw new ToolProblem(
                $"'offset' is {offset}, but '{id}' has {document.Text.Length} characters. Use next_offset, or leave it out.");
        }

        string text = ResultText.Fit(document.Text[offset..], options.MaxTokens);
        int next = offset + text.Length;
        return new(id, text, offset, document.Text.Length, ResultText.Note)
        {
            NextOffset = next < document.Text.Length ? next : null,
            Metadata = document.Metadata.Count > 0 ? document.Metadata : null,
        };
    }
}
