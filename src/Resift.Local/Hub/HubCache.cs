using Resift.Local.Models;

namespace Resift.Local.Hub;

/// <summary>
/// The cache as Python's huggingface_hub lays it out: contents by their hashes in <c>blobs</c>, the files of each commit in
/// <c>snapshots</c> as relative links to them, and the commits that branches and tags mean in <c>refs</c>.
/// </summary>
internal sealed class HubCache(string root)
{
    private const string Prefix = "models--";

    private static readonly string[] _weights = ["model.safetensors", "onnx/model.onnx", "model.onnx"];

    public string Root => root;

    /// <summary>Gets a value indicating whether links are made; where they are impossible, files lie in snapshots themselves.</summary>
    public bool Links { get; init; } = true;

    public string FolderOf(string repository) => Path.Combine(root, FolderName(repository));

    public string BlobOf(string repository, string hash) => Path.Combine(FolderOf(repository), "blobs", hash);

    public string IncompleteOf(string repository, string hash) => BlobOf(repository, hash) + ".incomplete";

    public string LockOf(string repository, string hash) => Path.Combine(LocksOf(repository), hash + ".lock");

    public string SnapshotOf(string repository, string commit) => Path.Combine(FolderOf(repository), "snapshots", commit);

    public static string FolderName(string repository) => Prefix + repository.Replace("/", "--", StringComparison.Ordinal);

    /// <summary>Gets the repository that a folder of the cache is for; null if it is none.</summary>
    public static string? RepositoryOf(string folderName) =>
        folderName.StartsWith(Prefix, StringComparison.Ordinal)
            && HubModelId.TryParse(folderName[Prefix.Length..].Replace("--", "/", StringComparison.Ordinal)) is { Revision: null } id
            ? id.Repository
            : null;

    /// <summary>Gets the commit that a name means; null if the cache does not know it.</summary>
    public string? CommitOf(HubModelId id)
    {
        if (id.IsCommit)
        {
            return id.Revision;
        }

        var file = new FileInfo(RefOf(id.Repository, id.RevisionOrMain));
        string text = file is { Exists: true, Length: <= 100 } ? File.ReadAllText(file.FullName).Trim() : "";
        return HubModelId.IsCommitHash(text) ? text : null;
    }

    /// <summary>Gets what lies in the folder of a commit; null if there is none.</summary>
    public CachedModel? Find(string repository, string commit)
    {
        string folder = SnapshotOf(repository, commit);
        return !Directory.Exists(folder) ? null : new()
        {
            Repository = repository,
            Commit = commit,
            Revisions = [.. RefsOf(repository).Where(named => named.Commit == commit).Select(named => named.Name)],
            Folder = folder,
            Size = FilesOf(folder).Sum(file => TargetOf(file) is { Exists: true } target ? target.Length : 0),
            License = LicenseOf(folder),
            IsComplete = IsComplete(folder),
        };
    }

    public IEnumerable<CachedModel> List()
    {
        string[] folders = Directory.Exists(root) ? Directory.GetDirectories(root) : [];
        foreach (string folder in folders.Order(StringComparer.Ordinal))
        {
            if (RepositoryOf(Path.GetFileName(folder)) is { } repository)
            {
                foreach (string commit in CommitsOf(repository).Order(StringComparer.Ordinal))
                {
                    yield return Find(repository, commit)!;
                }
            }
        }
    }

    /// <summary>Determines whether configuration and weights of a folder are all there.</summary>
    public static bool IsComplete(string folder)
    {
        if (!File.Exists(Path.Combine(folder, EncoderConfig.FileName)))
        {
            return false;
        }

        if (_weights.Any(name => File.Exists(Path.Combine(folder, name))))
        {
            return true;
        }

        try
        {
            return File.Exists(Path.Combine(folder, ShardIndex.FileName)) &&
                ShardIndex.ReadNames(folder).All(shard => File.Exists(Path.Combine(folder, shard)));
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Gets the files of a snapshot, each with its path in it.</summary>
    public static IEnumerable<FileInfo> FilesOf(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(file => file.FullName, StringComparer.Ordinal);

    /// <summary>Gets the file that a file of a snapshot is a link to, or itself.</summary>
    public static FileInfo TargetOf(FileInfo file) => file.LinkTarget is { } target
        ? new(Path.GetFullPath(target, file.DirectoryName!))
        : file;

    /// <summary>Determines whether a file of a snapshot is there with the content that a hash states.</summary>
    public async Task<bool> HasAsync(string repository, string commit, HubFile file, CancellationToken cancellationToken)
    {
        if (IsBlob(repository, file))
        {
            return true;
        }

        // Where links are impossible the file lies in the snapshot itself.
        var plain = new FileInfo(PathIn(SnapshotOf(repository, commit), file.Path));
        return plain is { Exists: true, LinkTarget: null } && plain.Length == file.Size
            && await BlobHash.IsOfAsync(plain.FullName, file.Hash, _ => { }, cancellationToken).ConfigureAwait(false);
    }

    public bool IsBlob(string repository, HubFile file) =>
        new FileInfo(BlobOf(repository, file.Hash)) is { Exists: true } blob && blob.Length == file.Size;

    /// <summary>Puts a blob into a snapshot under a name.</summary>
    public void Link(string repository, string commit, string path, string hash)
    {
        string blob = BlobOf(repository, hash);
        var pointer = new FileInfo(PathIn(SnapshotOf(repository, commit), path));
        string target = Path.GetRelativePath(pointer.DirectoryName!, blob);
        if (pointer.LinkTarget == target || (!File.Exists(blob) && pointer.Exists))
        {
            return;
        }

        Directory.CreateDirectory(pointer.DirectoryName!);
        string temporary = $"{pointer.FullName}.{Path.GetRandomFileName()}.tmp";
        if (Links && TryLink(temporary, target))
        {
            File.Move(temporary, pointer.FullName, overwrite: true);
        }
        else
        {
            File.Move(blob, pointer.FullName, overwrite: true);
        }
    }

    /// <summary>Notes the commit that a branch or tag means.</summary>
    public void WriteRef(string repository, string name, string commit)
    {
        string path = RefOf(repository, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        File.WriteAllText(temporary, commit);
        File.Move(temporary, path, overwrite: true);
    }

    public IEnumerable<(string Name, string Commit)> RefsOf(string repository)
    {
        string folder = Path.Combine(FolderOf(repository), "refs");
        foreach (var file in Directory.Exists(folder) ? FilesOf(folder) : [])
        {
            string name = Path.GetRelativePath(folder, file.FullName).Replace('\\', '/');
            if (HubModelId.TryParse($"{repository}@{name}") is { } id && CommitOf(id) is { } commit)
            {
                yield return (name, commit);
            }
        }
    }

    /// <summary>Removes commits of a repository, and what no other commit uses.</summary>
    /// <returns>How many bytes that freed.</returns>
    public long Remove(string repository, IReadOnlyCollection<string> commits)
    {
        foreach (var (name, _) in RefsOf(repository).Where(named => commits.Contains(named.Commit)).ToList())
        {
            File.Delete(RefOf(repository, name));
        }

        long freed = 0;
        foreach (string snapshot in commits.Select(commit => SnapshotOf(repository, commit)).Where(Directory.Exists))
        {
            freed += FilesOf(snapshot).Where(file => file.LinkTarget is null).Sum(file => file.Length);
            Directory.Delete(snapshot, recursive: true);
        }

        // By name, since a link may lead to the cache by another path than ours.
        var used = CommitsOf(repository).SelectMany(commit => FilesOf(SnapshotOf(repository, commit)))
            .Select(file => TargetOf(file).Name).ToHashSet(StringComparer.Ordinal);
        string blobs = Path.Combine(FolderOf(repository), "blobs");
        foreach (var blob in Directory.Exists(blobs) ? new DirectoryInfo(blobs).EnumerateFiles().ToList() : [])
        {
            freed += used.Contains(blob.Name) ? 0 : DeleteUnlessLocked(repository, blob);
        }

        if (!CommitsOf(repository).Any() && (!Directory.Exists(blobs) || !Directory.EnumerateFileSystemEntries(blobs).Any()))
        {
            foreach (string folder in new[] { FolderOf(repository), LocksOf(repository) }.Where(Directory.Exists))
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return freed;
    }

    public IEnumerable<string> CommitsOf(string repository)
    {
        string folder = Path.Combine(FolderOf(repository), "snapshots");
        return Directory.Exists(folder)
            ? Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)).Where(HubModelId.IsCommitHash)
            : [];
    }

    /// <summary>Gets the path of a file in a folder, which no name leads out of.</summary>
    public static string PathIn(string folder, string path)
    {
        bool leads = path.Length is 0 or > 500 || path.AsSpan().ContainsAny('\\', ':', '\0')
            || path.Split('/').Any(part => part is "" or "." or "..");
        return leads
            ? throw new InvalidDataException($"'{path}' is not the name of a file inside the model's folder: refused.")
            : Path.Combine(folder, path.Replace('/', Path.DirectorySeparatorChar));
    }

    private string RefOf(string repository, string name) => PathIn(Path.Combine(FolderOf(repository), "refs"), name);

    private string LocksOf(string repository) => Path.Combine(root, ".locks", FolderName(repository));

    // Whoever has it locked is downloading it for another commit.
    private long DeleteUnlessLocked(string repository, FileInfo blob)
    {
        string path = LockOf(repository, Path.GetFileNameWithoutExtension(blob.Name));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var held = BlobLock.TryAcquire(path);
        if (held is null)
        {
            return 0;
        }

        long length = blob.Length;
        blob.Delete();
        return length;
    }

    private static string? LicenseOf(string folder)
    {
        try
        {
            return ModelCard.ReadLicense(folder);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool TryLink(string path, string target)
    {
        try
        {
            File.CreateSymbolicLink(path, target);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            return false;
        }
    }
}
