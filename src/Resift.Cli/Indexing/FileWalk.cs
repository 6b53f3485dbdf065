namespace Resift.Cli;

/// <summary>Finds the files that are to be indexed, in the order of their names.</summary>
/// <param name="filter">Which files of a folder are taken.</param>
/// <param name="obeysGitignore">Whether .gitignore files hold.</param>
/// <param name="rootName">Gives the name under which a folder is kept in the index.</param>
/// <param name="skipped">Takes note of what is not taken.</param>
internal sealed class FileWalk(PathFilter filter, bool obeysGitignore, Func<string, string> rootName, SkippedFiles skipped)
{
    private readonly List<SourceFile> _files = [];
    private readonly HashSet<string> _taken = [];
    private readonly List<SourceFolder> _folders = [];

    /// <summary>Gets the files.</summary>
    public IReadOnlyList<SourceFile> Files => _files;

    /// <summary>Gets the folders that were walked through.</summary>
    public IReadOnlyList<SourceFolder> Folders => _folders;

    /// <summary>Adds a file, which is always taken, or what is in a folder.</summary>
    /// <exception cref="FileNotFoundException">It is neither.</exception>
    public void Add(string path, CancellationToken cancellationToken)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Directory.Exists(full))
        {
            var folder = new SourceFolder(full, rootName(full));
            _folders.Add(folder);
            Walk(new(full), folder, obeysGitignore ? IgnoreRules.Around(full, skipped.AddBad) : null, cancellationToken);
        }
        else if (File.Exists(full))
        {
            string root = Path.GetDirectoryName(full)!;
            string name = Path.GetFileName(full);
            var kind = filter.ConverterOf(name) is null ? FileKinds.FromPath(name) ?? FileKind.Text : FileKind.Converted;
            Take(new(full), rootName(root), name, kind, isNamed: true);
        }
        else
        {
            throw new FileNotFoundException($"There is no file or folder {path}.");
        }
    }

    // Links out of the folder would put into the index what is nobody's business, from where it may be sent.
    private static bool IsOfFolder(FileInfo file, SourceFolder root) => file.LinkTarget is null
        || (RealPath.Of(file.FullName) is { } target && RealPath.Of(root.FullPath) is { } folder && RealPath.IsWithin(target, folder));

    // Pipes and devices have no length, and reading them waits, or has no end.
    private static bool HasContent(FileInfo file) =>
        (file.LinkTarget is null ? file : new FileInfo(RealPath.Of(file.FullName) ?? file.FullName)) is { Exists: true, Length: > 0 };

    private void Walk(DirectoryInfo folder, SourceFolder root, IgnoreRules? ignored, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        FileSystemInfo[] entries;
        try
        {
            entries = folder.GetFileSystemInfos();
            ignored = obeysGitignore ? IgnoreRules.Enter(folder.FullName, ignored, skipped.AddBad) : null;
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            root.AddUnread(folder.FullName);
            skipped.AddBad($"{SourceFile.Shown(folder.FullName)}: {exception.Message}");
            return;
        }

        Array.Sort(entries, (a, b) => string.CompareOrdinal(a.Name, b.Name));
        foreach (var entry in entries)
        {
            string name = root.NameOf(entry.FullName);
            bool isFolder = entry is DirectoryInfo;
            if (entry.Name[0] == '.')
            {
                skipped.PassOver("hidden");
            }
            else if (ignored?.Ignore(entry.FullName, isFolder) ?? false)
            {
                skipped.PassOver("ignored by Git");
            }
            else if (filter.Excludes(name))
            {
                skipped.PassOver("excluded");
            }
            else if (entry is FileInfo file)
            {
                TakeIfWanted(file, root, name);
            }
            else if (entry.LinkTarget is not null)
            {
                // Links to folders can lead in a circle, and what they lead to is mostly there a second time.
                skipped.PassOver("links to folders");
            }
            else
            {
                Walk((DirectoryInfo)entry, root, ignored, cancellationToken);
            }
        }
    }

    private void TakeIfWanted(FileInfo file, SourceFolder root, string name)
    {
        if (filter.KindOf(name) is not { } kind)
        {
            skipped.PassOverType(Path.GetExtension(name));
        }
        else if (!IsOfFolder(file, root))
        {
            skipped.PassOver("links out of the folder");
        }
        else if (!HasContent(file))
        {
            skipped.PassOver("empty or no regular files");
        }
        else
        {
            Take(file, root.Name, name, kind, isNamed: false);
        }
    }

    private void Take(FileInfo file, string root, string name, FileKind kind, bool isNamed)
    {
        if (_taken.Add(file.FullName))
        {
            _files.Add(new(file.FullName, root, name, kind, file.Length, isNamed)
            {
                Converter = kind == FileKind.Converted ? filter.ConverterOf(name) : null,
            });
        }
    }
}
