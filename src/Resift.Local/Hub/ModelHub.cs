using System.Globalization;
using Resift.Local.Hub;

namespace Resift;

/// <summary>
/// Downloads models from the Hugging Face hub into its cache, where the Python tools find them too, and finds those that are there.
/// </summary>
/// <remarks>
/// Safe for concurrent use. Several processes may download the same model, Python's among them: one waits for the other. A download that
/// breaks off goes on from there the next time. Nothing names the files of a model before all of them are there and checked.
/// </remarks>
public sealed class ModelHub : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    private readonly ModelHubOptions _options;
    private readonly HttpClient _http;
    private readonly bool _ownsHttp;
    private readonly HubClient _client;
    private readonly HubCache _cache;

    /// <summary>Creates a hub.</summary>
    /// <param name="options">Where models come from and where they go; null for what the environment says.</param>
    /// <param name="httpClient">
    /// What is used to reach it, which stays the caller's, should not follow redirects by itself and should have no timeout of its own;
    /// null for one that uses the proxy and the certificate authorities of the system (<c>HTTPS_PROXY</c>, <c>SSL_CERT_FILE</c>).
    /// </param>
    public ModelHub(ModelHubOptions? options = null, HttpClient? httpClient = null)
        : this(options ?? ModelHubOptions.FromEnvironment(), httpClient, Task.Delay)
    {
    }

    internal ModelHub(
        ModelHubOptions options, HttpClient? httpClient, Func<TimeSpan, CancellationToken, Task> pause, bool links = true)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(options.CacheFolder);
        _options = options;
        _ownsHttp = httpClient is null;
        _http = httpClient ?? new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client = new(_http, options.Endpoint, options.Token) { Pause = pause };
        _cache = new(Path.GetFullPath(options.CacheFolder)) { Links = links };
    }

    /// <summary>Gets the folder of the cache.</summary>
    public string CacheFolder => _cache.Root;

    /// <summary>Gets what gives the free space of a folder in bytes.</summary>
    internal Func<string, long> FreeSpace { get; init; } = FreeSpaceOf;

    /// <summary>Asks the hub what a model is, without downloading it.</summary>
    /// <param name="id">The model.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    /// <returns>What the hub says of it, at the commit that the revision means now.</returns>
    /// <exception cref="HttpRequestException">
    /// The hub has no such model or does not give it, or it cannot be reached. The message says what to do.
    /// </exception>
    /// <exception cref="InvalidDataException">Something else than a hub answered.</exception>
    /// <exception cref="InvalidOperationException">The options say to stay offline.</exception>
    public async Task<HubModelInfo> GetInfoAsync(HubModelId id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        ThrowIfOffline(id);
        return await new HubReader(_client).ReadAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Downloads the files of a model that are needed and not in the cache yet.</summary>
    /// <param name="model">The model, as <see cref="GetInfoAsync"/> gave it: that commit is downloaded.</param>
    /// <param name="weights">Which weights.</param>
    /// <param name="progress">Hears how far it is, from several threads one after the other; null for nobody.</param>
    /// <param name="cancellationToken">Stops the download; what came is kept for the next time.</param>
    /// <returns>The model in the cache.</returns>
    /// <exception cref="HttpRequestException">The hub does not give a file, or cannot be reached after several tries.</exception>
    /// <exception cref="InvalidDataException">A file has another content than the hub states.</exception>
    /// <exception cref="InvalidOperationException">The options say to stay offline.</exception>
    /// <exception cref="IOException">The disk is full, or the cache cannot be written.</exception>
    /// <exception cref="NotSupportedException">The repository has no such weights.</exception>
    /// <exception cref="TimeoutException">Another process has a file locked and makes no headway.</exception>
    public async Task<CachedModel> DownloadAsync(
        HubModelInfo model, HubWeights weights = HubWeights.Safetensors, IProgress<HubProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ThrowIfOffline(model.Id);
        string repository = model.Id.Repository;
        var files = model.FilesNeeded(weights);
        Directory.CreateDirectory(Path.Combine(_cache.FolderOf(repository), "blobs"));
        var missing = new List<HubFile>();
        foreach (var file in files)
        {
            if (!await _cache.HasAsync(repository, model.Commit, file, cancellationToken).ConfigureAwait(false))
            {
                missing.Add(file);
            }
        }

        ThrowUnlessRoom(repository, missing);
        long total = files.Sum(file => file.Size);
        long done = total - missing.Sum(file => file.Size);
        foreach (var file in missing)
        {
            await FetchAsync(model, file, (activity, count) => progress?.Report(new(activity, file.Path, done + count, total)),
                cancellationToken).ConfigureAwait(false);
            done += file.Size;
        }

        foreach (var file in files)
        {
            _cache.Link(repository, model.Commit, file.Path, file.Hash);
        }

        if (!model.Id.IsCommit)
        {
            _cache.WriteRef(repository, model.Id.RevisionOrMain, model.Commit);
        }

        return _cache.Find(repository, model.Commit)!;
    }

    /// <summary>Finds a model in the cache, whoever downloaded it. Nothing is asked of the hub.</summary>
    /// <param name="id">The model.</param>
    /// <returns>The model, which need not be complete; null if the cache does not have that revision.</returns>
    public CachedModel? Find(HubModelId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return _cache.CommitOf(id) is { } commit ? _cache.Find(id.Repository, commit) : null;
    }

    /// <summary>Lists all models in the cache, each commit by itself.</summary>
    /// <returns>The models, by their names.</returns>
    public IReadOnlyList<CachedModel> List() => [.. _cache.List()];

    /// <summary>Reads all files of a model in the cache and compares them with their hashes. Nothing is asked of the hub.</summary>
    /// <param name="model">The model.</param>
    /// <param name="progress">Hears how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <returns>What was found of each file.</returns>
    /// <exception cref="DirectoryNotFoundException">The model is not in the cache any more.</exception>
    public async Task<IReadOnlyList<HubFileCheck>> VerifyAsync(
        CachedModel model, IProgress<HubProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        model = Present(model);
        var checks = new List<HubFileCheck>();
        long done = 0;
        foreach (var file in HubCache.FilesOf(model.Folder))
        {
            string path = Path.GetRelativePath(model.Folder, file.FullName).Replace('\\', '/');
            var target = HubCache.TargetOf(file);
            checks.Add(new(path, target switch
            {
                { Exists: false } => HubFileState.Missing,
                _ when !BlobHash.IsHash(target.Name) => HubFileState.Unknown,
                _ => await BlobHash.IsOfAsync(target.FullName, target.Name, Count, cancellationToken).ConfigureAwait(false)
                    ? HubFileState.Ok
                    : HubFileState.Damaged,
            }));

            void Count(int bytes)
            {
                done += bytes;
                progress?.Report(new(HubActivity.Verifying, path, done, model.Size));
            }
        }

        return checks;
    }

    /// <summary>
    /// Removes a model from the cache: the revision that is named, or all of them; of the contents only those that no other revision uses
    /// and that nobody downloads at the moment.
    /// </summary>
    /// <param name="id">The model.</param>
    /// <returns>How many bytes that freed.</returns>
    /// <exception cref="DirectoryNotFoundException">The cache has no such model.</exception>
    public long Remove(HubModelId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        bool isThere = id.Revision is null ? Directory.Exists(_cache.FolderOf(id.Repository)) : Find(id) is not null;
        return isThere
            ? _cache.Remove(id.Repository, id.Revision is null ? [.. _cache.CommitsOf(id.Repository)] : [_cache.CommitOf(id)!])
            : throw new DirectoryNotFoundException($"There is no {id} in the cache, {_cache.Root}.");
    }

    /// <summary>Writes a model of the cache into one file, to be carried where there is no network.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file, a tar archive in the layout of the cache; one that is there is replaced once all is written.</param>
    /// <param name="progress">Hears how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Stops it; the file is then not there.</param>
    /// <returns>A task that ends when the file is there.</returns>
    /// <exception cref="DirectoryNotFoundException">The model is not in the cache any more.</exception>
    /// <exception cref="InvalidDataException">A file of the model is a plain one, whose hash is not known.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task ExportAsync(
        CachedModel model, string path, IProgress<HubProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        model = Present(model);
        string temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            var output = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
            await using (output.ConfigureAwait(false))
            {
                await ModelArchive.WriteAsync(model, output, Copied(progress, model.Size), cancellationToken).ConfigureAwait(false);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Reads a model that <see cref="ExportAsync"/> wrote into the cache, and checks every hash.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Hears how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Stops it; the model is then not in the cache.</param>
    /// <returns>The model in the cache.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no such archive, or a content has another hash than it should.</exception>
    /// <exception cref="IOException">The disk is full, or the cache cannot be written.</exception>
    public async Task<CachedModel> ImportAsync(
        string path, IProgress<HubProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var input = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.Asynchronous);
        await using (input.ConfigureAwait(false))
        {
            Directory.CreateDirectory(_cache.Root);
            var (repository, commit) = await new ModelArchive(_cache)
                .ReadAsync(input, path, _patience, Copied(progress, input.Length), cancellationToken).ConfigureAwait(false);
            return _cache.Find(repository, commit)!;
        }
    }

    /// <summary>Releases the connections to the hub, if they are its own.</summary>
    public void Dispose()
    {
        if (_ownsHttp)
        {
            _http.Dispose();
        }
    }

    private async Task FetchAsync(
        HubModelInfo model, HubFile file, Action<HubActivity, long> report, CancellationToken cancellationToken)
    {
        string repository = model.Id.Repository;
        string incomplete = _cache.IncompleteOf(repository, file.Hash);
        using var held = await BlobLock.AcquireAsync(
            _cache.LockOf(repository, file.Hash), incomplete, _patience, () => report(HubActivity.Waiting, 0), cancellationToken)
            .ConfigureAwait(false);
        if (_cache.IsBlob(repository, file))
        {
            return;
        }

        var download = new BlobDownload(_client, model, file, incomplete);
        await download.RunAsync(
            () => report(HubActivity.Downloading, download.Done),
            () => report(HubActivity.Retrying, download.Done),
            cancellationToken).ConfigureAwait(false);
        File.Move(incomplete, _cache.BlobOf(repository, file.Hash), overwrite: true);
    }

    private static Action<string, int> Copied(IProgress<HubProgress>? progress, long total)
    {
        long done = 0;
        return (file, bytes) => progress?.Report(new(HubActivity.Copying, file, done += bytes, total));
    }

    private CachedModel Present(CachedModel model) => _cache.Find(model.Repository, model.Commit) ??
        throw new DirectoryNotFoundException($"There is no {model.Repository}@{model.Commit} in the cache any more, {_cache.Root}.");

    private void ThrowIfOffline(HubModelId id)
    {
        if (_options.IsOffline)
        {
            throw new InvalidOperationException($"{id} cannot be asked for: HF_HUB_OFFLINE says to stay offline. Unset it, or import the " +
                "model from a file.");
        }
    }

    private void ThrowUnlessRoom(string repository, List<HubFile> missing)
    {
        long needed = missing.Sum(file =>
            file.Size - (new FileInfo(_cache.IncompleteOf(repository, file.Hash)) is { Exists: true } half ? half.Length : 0));
        if (needed > 0 && FreeSpace(_cache.Root) is var free && free < needed)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{_cache.Root} has room for {free / 1e6:N0} MB, and " +
                $"{needed / 1e6:N0} MB are to be downloaded. Make room, or name another disk by HF_HUB_CACHE."));
        }
    }

    private static long FreeSpaceOf(string folder) =>
        new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
}
