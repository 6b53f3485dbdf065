namespace Resift.Cli;

/// <summary>One file or folder of a command line that is indexed.</summary>
/// <param name="Walk">Its files.</param>
/// <param name="Reader">Reads them.</param>
internal sealed record IndexSource(FileWalk Walk, DocumentReader Reader)
{
    /// <summary>Finds the files.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="home">The folder of the index file.</param>
    /// <param name="rules">Which of the files are taken, and which fields of their records.</param>
    /// <param name="reading">How they are read; null for the usual way.</param>
    /// <param name="skipped">Takes note of what is not taken.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    public static IndexSource Find(
        string path, string home, SourceRules rules, FileReadingRules? reading, SkippedFiles skipped, CancellationToken cancellationToken)
    {
        var filter = new PathFilter(rules.Include, rules.Exclude) { Converters = reading?.Converters ?? [] };
        var walk = new FileWalk(
            filter, !rules.NoGitignore, folder => NameOf(folder, home), skipped);
        walk.Add(path, cancellationToken);
        return new(walk, new(RecordFields.Split(rules.TextField), rules.IdField, reading?.TimeLimit));
    }

    /// <summary>Gets the path from the index file, so that both can be moved together, with slashes.</summary>
    public static string NameOf(string path, string home) =>
        Path.GetRelativePath(home, Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))).Replace('\\', '/');
}
