using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Resift.Testing;

/// <summary>
/// Plays the Hugging Face hub for one repository: its facts, its list of files, small files by itself and large ones by a redirect to
/// another host.
/// </summary>
internal sealed class LoopbackHub : IAsyncDisposable
{
    public const string Repository = "org/model";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly LoopbackServer _server;
    private readonly LoopbackServer _storage;
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    public LoopbackHub()
    {
        _server = new(request => Fault(request) ?? Answer(request));
        _storage = new(request => StorageFault(request) ?? Content(request, _files[Uri.UnescapeDataString(request.Path[1..])]));
    }

    public Uri Address => _server.Address;

    /// <summary>Gets the address of large files, by another name of the same machine.</summary>
    public Uri StorageAddress => new($"http://localhost:{_storage.Address.Port}");

    /// <summary>Gets or sets the commit that every branch and tag means.</summary>
    public string Head { get; set; } = Commit;

    public string? License { get; set; } = "apache-2.0";

    public JsonObject Config { get; set; } = new() { ["model_type"] = "bert" };

    /// <summary>Gets or sets what the hub answers instead; null for what it should.</summary>
    public Func<LoopbackRequest, LoopbackReply?> Fault { get; set; } = _ => null;

    /// <summary>Gets or sets what the host of large files answers instead; null for what it should.</summary>
    public Func<LoopbackRequest, LoopbackReply?> StorageFault { get; set; } = _ => null;

    /// <summary>Gets or sets what the list of files says other than it is.</summary>
    public Action<JsonArray> ChangeList { get; set; } = _ => { };

    public IReadOnlyList<LoopbackRequest> Requests => _server.Requests;

    public IReadOnlyList<LoopbackRequest> StorageRequests => _storage.Requests;

    public long StorageSentBytes => _storage.SentBytes;

    /// <summary>Puts a file into the repository; a name that ends as weights do makes it a large one.</summary>
    public LoopbackHub With(string path, byte[] content)
    {
        _files[path] = content;
        return this;
    }

    public LoopbackHub With(string path, string content) => With(path, Encoding.UTF8.GetBytes(content));

    /// <summary>Puts the files of a folder into the repository.</summary>
    public LoopbackHub WithFolder(string folder)
    {
        foreach (string path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            With(Path.GetRelativePath(folder, path).Replace('\\', '/'), File.ReadAllBytes(path));
        }

        return this;
    }

    /// <summary>Gets the name of a file's blob.</summary>
    public string HashOf(string path)
    {
        using var hash = IncrementalHash.CreateHash(IsLarge(path) ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        if (!IsLarge(path))
        {
            // As Git names a blob.
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {_files[path].Length}\0")));
        }

        hash.AppendData(_files[path]);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _storage.DisposeAsync();
    }

    /// <summary>Answers with a file, or with what is behind the place that is asked for.</summary>
    public static LoopbackReply Content(LoopbackRequest request, byte[] content)
    {
        var whole = new LoopbackReply { Body = content, ContentType = "application/octet-stream" };
        if (!request.Headers.TryGetValue("Range", out string? range))
        {
            return whole;
        }

        int start = int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
        return (whole with { Status = 206, Body = content[start..] }).With("Content-Range",
            string.Create(CultureInfo.InvariantCulture, $"bytes {start}-{content.Length - 1}/{content.Length}"));
    }

    private LoopbackReply Answer(LoopbackRequest request)
    {
        if (request.Path.StartsWith($"/api/models/{Repository}/revision/", StringComparison.Ordinal))
        {
            return LoopbackReply.Json(new JsonObject
            {
                ["sha"] = Head,
                ["gated"] = false,
                ["cardData"] = new JsonObject { ["license"] = License },
                ["config"] = Config.DeepClone(),
            }.ToJsonString());
        }

        if (request.Path == $"/api/models/{Repository}/tree/{Head}?recursive=true")
        {
            JsonArray list = [.. _files.Keys.Select(Entry)];
            ChangeList(list);
            return LoopbackReply.Json(list.ToJsonString());
        }

        string prefix = $"/{Repository}/resolve/{Head}/";
        if (!request.Path.StartsWith(prefix, StringComparison.Ordinal)
            || !_files.TryGetValue(Uri.UnescapeDataString(request.Path[prefix.Length..]), out byte[]? content))
        {
            return new LoopbackReply { Status = 404 }.With("X-Error-Code", "EntryNotFound");
        }

        return IsLarge(request.Path)
            ? new LoopbackReply { Status = 302 }.With("Location", $"{StorageAddress.AbsoluteUri}{request.Path[prefix.Length..]}")
            : Content(request, content);
    }

    private JsonObject Entry(string path)
    {
        var entry = new JsonObject { ["type"] = "file", ["path"] = path, ["size"] = _files[path].Length, ["oid"] = new string('e', 40) };
        if (IsLarge(path))
        {
            entry["lfs"] = new JsonObject { ["oid"] = HashOf(path), ["size"] = _files[path].Length, ["pointerSize"] = 134 };
        }
        else
        {
            entry["oid"] = HashOf(path);
        }

        return entry;
    }

    private static bool IsLarge(string path) => Path.GetExtension(path) is ".safetensors" or ".onnx" or ".bin" or ".gguf";
}
