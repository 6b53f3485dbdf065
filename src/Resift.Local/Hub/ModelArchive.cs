using System.Formats.Tar;
using System.Text.RegularExpressions;

namespace Resift.Local.Hub;

/// <summary>
/// A model in a tar file whose entries lie as they do in the cache, so that unpacking it there by hand is the same as importing it, but
/// for the hashes that importing checks.
/// </summary>
internal sealed partial class ModelArchive(HubCache cache)
{
    // More than any model has, with its links.
    private const int MaxEntries = 10_000;

    public static async Task WriteAsync(
        CachedModel model, Stream output, Action<string, int> copied, CancellationToken cancellationToken)
    {
        string root = HubCache.FolderName(model.Repository);
        var writer = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        await using (writer.ConfigureAwait(false))
        {
            var written = new HashSet<string>(StringComparer.Ordinal);
            foreach (var file in HubCache.FilesOf(model.Folder))
            {
                string path = Path.GetRelativePath(model.Folder, file.FullName).Replace('\\', '/');
                var target = HubCache.TargetOf(file);
                if (target == file || !BlobHash.IsHash(target.Name))
                {
                    throw new InvalidDataException($"{file.FullName} is a plain file, whose hash is not known, as where links are " +
                        "impossible; export on a system with links, or copy the folder.");
                }

                if (written.Add(target.Name))
                {
                    await WriteBlobAsync(writer, $"{root}/blobs/{target.Name}", target, count => copied(path, count), cancellationToken)
                        .ConfigureAwait(false);
                }

                await WriteAsync(new(TarEntryType.SymbolicLink, $"{root}/snapshots/{model.Commit}/{path}")
                {
                    LinkName = $"{string.Concat(Enumerable.Repeat("../", path.Count(letter => letter == '/') + 2))}blobs/{target.Name}",
                }).ConfigureAwait(false);
            }

            foreach (string name in model.Revisions)
            {
                using var content = new MemoryStream(System.Text.Encoding.ASCII.GetBytes(model.Commit));
                await WriteAsync(new(TarEntryType.RegularFile, $"{root}/refs/{name}") { DataStream = content }).ConfigureAwait(false);
            }
        }

        Task WriteAsync(PaxTarEntry entry) => writer.WriteEntryAsync(Dated(entry), cancellationToken);
    }

    /// <summary>Reads an archive into the cache: contents first, and what names them once all are there.</summary>
    /// <exception cref="InvalidDataException">It is no such archive, or a content is not that of its hash.</exception>
    public async Task<(string Repository, string Commit)> ReadAsync(
        Stream input, string name, TimeSpan patience, Action<string, int> copied, CancellationToken cancellationToken)
    {
        string? repository = null;
        var links = new List<(string Commit, string Path, string Hash)>();
        var refs = new List<(string Name, string Commit)>();
        var reader = new TarReader(input, leaveOpen: true);
        await using (reader.ConfigureAwait(false))
        {
            for (int entries = 0; await NextAsync(reader, name, cancellationToken).ConfigureAwait(false) is { } entry; entries++)
            {
                var match = Entries().Match(entry.Name);
                string? its = match.Success ? HubCache.RepositoryOf(match.Groups["folder"].Value) : null;
                if (its is null || entries == MaxEntries || (repository ??= its) != its)
                {
                    throw Refused(name, entry);
                }

                string path = match.Groups["path"].Value;
                switch (match.Groups["room"].Value, entry.EntryType)
                {
                    case (_, TarEntryType.Directory):
                        break;
                    case ("blobs", TarEntryType.RegularFile) when BlobHash.IsHash(path):
                        var file = new HubFile(path, entry.Length, path);
                        await ReadBlobAsync(repository, file, entry.DataStream ?? Stream.Null).ConfigureAwait(false);
                        break;
                    case ("snapshots", TarEntryType.SymbolicLink) when Links().Match(entry.LinkName) is { Success: true } link
                        && path.Split('/', 2) is [var commit, var inside] && HubModelId.IsCommitHash(commit):
                        links.Add((commit, inside, link.Groups["hash"].Value));
                        break;
                    case ("refs", TarEntryType.RegularFile) when HubModelId.TryParse($"{its}@{path}") is not null && entry.Length == 40:
                        using (var text = new StreamReader(entry.DataStream!))
                        {
                            refs.Add((path, await text.ReadToEndAsync(cancellationToken).ConfigureAwait(false)));
                        }

                        break;
                    default:
                        throw Refused(name, entry);
                }
            }
        }

        string[] commits = [.. links.Select(link => link.Commit).Distinct()];
        if (repository is null || commits.Length != 1 || refs.Any(named => named.Commit != commits[0])
            || links.Any(link => !File.Exists(cache.BlobOf(repository, link.Hash))))
        {
            throw new InvalidDataException($"{name} does not hold one commit of a model with all of its files; it is cut off, or no file " +
                "that models export wrote.");
        }

        links.ForEach(link => cache.Link(repository, link.Commit, link.Path, link.Hash));
        refs.ForEach(named => cache.WriteRef(repository, named.Name, named.Commit));
        return (repository, commits[0]);

        async Task ReadBlobAsync(string repository, HubFile file, Stream content)
        {
            string incomplete = cache.IncompleteOf(repository, file.Hash);
            Directory.CreateDirectory(Path.GetDirectoryName(incomplete)!);
            using var held = await BlobLock.AcquireAsync(
                cache.LockOf(repository, file.Hash), incomplete, patience, () => { }, cancellationToken).ConfigureAwait(false);
            if (cache.IsBlob(repository, file))
            {
                return;
            }

            using var hash = new BlobHash(file.Hash, file.Size);
            var target = new FileStream(incomplete, FileMode.Create, FileAccess.Write, FileShare.Read, 0, FileOptions.Asynchronous);
            await using (target.ConfigureAwait(false))
            {
                byte[] buffer = new byte[256 * 1024];
                int count;
                while ((count = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    hash.Append(buffer.AsSpan(0, count));
                    await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                    copied(file.Hash, count);
                }
            }

            if (!hash.IsAsExpected())
            {
                File.Delete(incomplete);
                throw new InvalidDataException(
                    $"{name}: the content of {file.Hash} has another hash. The archive is damaged; copy it again.");
            }

            File.Move(incomplete, cache.BlobOf(repository, file.Hash), overwrite: true);
        }
    }

    private static async Task<TarEntry?> NextAsync(TarReader reader, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new InvalidDataException(
                $"{name} is no tar file, or is cut off; a file that models export wrote was expected.", exception);
        }
    }

    private static async Task WriteBlobAsync(
        TarWriter writer, string name, FileInfo blob, Action<int> copied, CancellationToken cancellationToken)
    {
        var content = new CountedStream(blob.OpenRead(), copied);
        await using (content.ConfigureAwait(false))
        {
            await writer.WriteEntryAsync(Dated(new(TarEntryType.RegularFile, name) { DataStream = content }), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    // One model is the same file whenever it is exported.
    private static PaxTarEntry Dated(PaxTarEntry entry)
    {
        entry.ModificationTime = DateTimeOffset.UnixEpoch;
        return entry;
    }

    private static InvalidDataException Refused(string name, TarEntry entry) => new(
        $"{name} has an entry '{entry.Name}', which is none of a model's cache (blobs, snapshots, refs of one repository): refused.");

    [GeneratedRegex(@"^(\./)?(?<folder>models--[\w.-]+)/((?<room>blobs|snapshots|refs)/(?<path>.*))?\z")]
    private static partial Regex Entries();

    [GeneratedRegex(@"^(\.\./)+blobs/(?<hash>[0-9a-f]{64}|[0-9a-f]{40})\z")]
    private static partial Regex Links();

    /// <summary>Counts what is read of a file.</summary>
    private sealed class CountedStream(FileStream inner, Action<int> read) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position { get => inner.Position; set => inner.Position = value; }

        public override int Read(byte[] buffer, int offset, int count) => Counted(inner.Read(buffer, offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Counted(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override void Flush() => inner.Flush();

        public override void SetLength(long value) => throw new NotSupportedException("It is only read.");

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("It is only read.");

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }

        private int Counted(int count)
        {
            read(count);
            return count;
        }
    }
}
