namespace Resift;

/// <summary>What is done with a model's files at the moment.</summary>
public enum HubActivity
{
    /// <summary>A file is downloaded.</summary>
    Downloading,

    /// <summary>Another process has the file; it is waited for.</summary>
    Waiting,

    /// <summary>The hub or the way to it failed; it is tried again after a pause.</summary>
    Retrying,

    /// <summary>Files are read and compared with their hashes.</summary>
    Verifying,

    /// <summary>Files are copied from or to an archive.</summary>
    Copying,
}

/// <summary>How far work on a model's files is.</summary>
/// <param name="Activity">What is done.</param>
/// <param name="File">The file, by its path in the repository.</param>
/// <param name="Done">How many bytes of all files are done.</param>
/// <param name="Total">How many bytes there are.</param>
public readonly record struct HubProgress(HubActivity Activity, string File, long Done, long Total);
