using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Resift.Cli;

/// <summary>Reads requests from JSON Lines: an object with <c>query</c>, <c>documents</c> and, where it has one, <c>id</c>.</summary>
internal static class RequestReader
{
    /// <summary>Reads them one by one.</summary>
    /// <exception cref="InvalidDataException">A line is none; the message says which and why.</exception>
    public static async IAsyncEnumerable<BatchRequest> ReadAsync(
        Utf8Input input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await input.ReadLineAsync(cancellationToken))
        {
            if (!input.IsBlank)
            {
                using var json = JsonText.Parse(input.Line, input.Name, input.LineNumber);
                yield return Read(json.RootElement, input.Place);
            }
        }
    }

    private static BatchRequest Read(JsonElement request, string place)
    {
        if (request.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException(
                $"{place}: an object with query and documents was expected, but it is {JsonText.Kind(request)}.");
        }

        string query = request.TryGetProperty("query", out var asked)
            ? JsonText.ReadString(asked, place, "the query")
            : throw new InvalidDataException($"{place}: there is no 'query'; the object has {JsonText.Names(request)}.");
        if (string.IsNullOrWhiteSpace(query))
        {
            throw new InvalidDataException($"{place}: the query is blank; a text to rank the documents by was expected.");
        }

        return request.TryGetProperty("documents", out var documents) && documents.ValueKind == JsonValueKind.Array
            ? new(
                Id(request, place),
                query,
                [.. documents.EnumerateArray().Select((item, index) => Document(item, $"{place}, document {index}"))])
            : throw new InvalidDataException($"{place}: an array 'documents' was expected; the object has {JsonText.Names(request)}.");
    }

    private static InputDocument Document(JsonElement document, string place) => document.ValueKind switch
    {
        JsonValueKind.String => new(null, JsonText.ReadString(document, place, "the text")),
        JsonValueKind.Object when document.TryGetProperty("text", out var text) =>
            new(Id(document, place), JsonText.ReadString(text, place, "the text")),
        JsonValueKind.Object => throw new InvalidDataException($"{place}: there is no 'text'; the object has {JsonText.Names(document)}."),
        _ => throw new InvalidDataException(
            $"{place}: a text, or an object with a text, was expected, but it is {JsonText.Kind(document)}."),
    };

    private static string? Id(JsonElement owner, string place) => !owner.TryGetProperty("id", out var id) ? null : id.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Number => id.GetRawText(),
        _ => JsonText.ReadString(id, place, "the id"),
    };
}

/// <summary>A query with its documents, as a line of a batch has them.</summary>
internal sealed record BatchRequest(string? Id, string Query, IReadOnlyList<InputDocument> Documents)
{
    /// <summary>Gets what decides which part of a batch it falls to.</summary>
    public string Key => Id ?? Query;

    /// <summary>Gets all that it says.</summary>
    public string?[] Texts => [Id, Query, .. Documents.SelectMany(document => (string?[])[document.Id, document.Text])];
}
