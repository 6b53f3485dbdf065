using System.Text.Json;

namespace Resift.Local.Hub;

/// <summary>Reads what the hub says of a model: its commit, card and configuration, and then its files.</summary>
internal sealed class HubReader(HubClient client)
{
    // Of the hub's pages of a thousand files each; no model has so many.
    private const int MaxPages = 30;

    public async Task<HubModelInfo> ReadAsync(HubModelId id, CancellationToken cancellationToken)
    {
        string revision = Uri.EscapeDataString(id.RevisionOrMain);
        var address = client.At($"api/models/{id.Repository}/revision/{revision}");
        var (facts, _) = await client.ReadJsonAsync(address, id, cancellationToken).ConfigureAwait(false);
        string commit = Text(facts, "sha") is { } sha && HubModelId.IsCommitHash(sha)
            ? sha
            : throw new InvalidDataException(
                $"{address} names no commit; expected \"sha\" with 40 hexadecimal digits. Is HF_ENDPOINT a hub?");
        var card = Field(facts, "cardData");
        var config = Field(facts, "config");
        string? license = Text(card, "license");
        return new()
        {
            Id = id,
            Commit = commit,
            License = license is "other" ? Text(card, "license_name") ?? license : license,
            IsGated = Field(facts, "gated") is { ValueKind: JsonValueKind.String or JsonValueKind.True },
            ModelType = Text(config, "model_type"),
            HasOwnCode = Field(config, "auto_map") is { ValueKind: JsonValueKind.Object },
            Files = await ReadFilesAsync(id, commit, cancellationToken).ConfigureAwait(false),
        };
    }

    private async Task<IReadOnlyList<HubFile>> ReadFilesAsync(HubModelId id, string commit, CancellationToken cancellationToken)
    {
        var files = new List<HubFile>();
        Uri? page = client.At($"api/models/{id.Repository}/tree/{commit}?recursive=true");
        for (int pages = 0; page is not null; pages++)
        {
            if (pages == MaxPages || !client.IsOnHub(page))
            {
                throw new InvalidDataException(
                    $"The list of files of {id} goes on at {page} after {pages} pages, which no model's does: refused.");
            }

            var (entries, next) = await client.ReadJsonAsync(page, id, cancellationToken).ConfigureAwait(false);
            if (entries.ValueKind != JsonValueKind.Array)
            {
                throw new InvalidDataException($"{page} is no list of files; is HF_ENDPOINT a hub?");
            }

            files.AddRange(entries.EnumerateArray().Select(Read).OfType<HubFile>());
            page = next;
        }

        return files;
    }

    // What has no hash or no size cannot be checked and so is not there.
    private static HubFile? Read(JsonElement entry)
    {
        var large = Field(entry, "lfs");
        return Text(entry, "type") == "file" && Text(entry, "path") is { } path
            && (Text(large, "oid") ?? Text(entry, "oid")) is { } hash && BlobHash.IsHash(hash)
            && Field(large ?? entry, "size") is { ValueKind: JsonValueKind.Number } size && size.TryGetInt64(out long length) && length >= 0
            ? new(path, length, hash)
            : null;
    }

    private static JsonElement? Field(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var value)
            && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement? json, string name) =>
        Field(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
