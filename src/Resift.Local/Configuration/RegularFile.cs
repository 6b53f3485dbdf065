using System.Text.Unicode;

namespace Resift.Local.Configuration;

/// <summary>Opens and reads the files of a model's folder: regular files only, each to the length that it has when it is opened.</summary>
/// <remarks>
/// A pipe or a device, or a link to one, would wait or go on for ever. Neither has a length, so what has none is not even opened: opening a
/// pipe already waits for its writer.
/// </remarks>
internal static class RegularFile
{
    // Larger than any configuration or vocabulary by far; keeps a wrong file from being read into memory whole.
    private const int MaxBytes = 100_000_000;

    // As many as Linux follows.
    private const int MaxLinks = 40;

    /// <summary>Opens a file that must hold something.</summary>
    /// <exception cref="InvalidDataException">It is empty, or no regular file.</exception>
    public static FileStream Open(string path) => OpenOrNull(path) ?? throw new InvalidDataException(
        $"{path}: the file is empty, or a pipe or a device; a regular file was expected: fetch it again.");

    /// <summary>Opens a file; null where nothing is in it, as in a pipe or a device.</summary>
    public static FileStream? OpenOrNull(string path)
    {
        // Windows keeps pipes and devices out of folders.
        if (!OperatingSystem.IsWindows() && new FileInfo(Resolve(path)).Length == 0)
        {
            return null;
        }

        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (stream.CanSeek && stream.Length > 0)
        {
            return stream;
        }

        stream.Dispose();
        return null;
    }

    /// <summary>Reads a text file whole, without the byte order mark that it may begin with.</summary>
    /// <exception cref="InvalidDataException">It is empty, too long, no regular file, or not UTF-8.</exception>
    public static ReadOnlySpan<byte> ReadUtf8(string path)
    {
        using var stream = Open(path);
        if (stream.Length > MaxBytes)
        {
            throw new InvalidDataException(
                $"{path} has {stream.Length} bytes, which is not plausible for a configuration or a vocabulary (limit {MaxBytes}).");
        }

        byte[] bytes = new byte[stream.Length];
        ReadOnlySpan<byte> text = bytes.AsSpan(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        text = text.StartsWith("\uFEFF"u8) ? text[3..] : text;
        return Utf8.IsValid(text) ? text : throw new InvalidDataException($"{path} is not valid UTF-8; fetch it again.");
    }

    /// <summary>Follows the links of a path, those of its folders too, as the system does when it opens the file.</summary>
    /// <remarks>
    /// <see cref="FileInfo.Length"/> is that of a link itself, and <see cref="FileSystemInfo.ResolveLinkTarget"/> resolves a relative
    /// target against the path as it is written, which is another folder where that one is reached through a link.
    /// </remarks>
    private static string Resolve(string path)
    {
        path = Path.GetFullPath(path);
        string resolved = Path.GetPathRoot(path)!;
        var rest = new Stack<string>(Parts(path));
        int links = 0;
        while (rest.TryPop(out string? part))
        {
            string next = Path.GetFullPath(part, resolved);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                throw new InvalidDataException($"{path}: more than {MaxLinks} links lead on from there; a regular file was expected.");
            }

            resolved = Path.IsPathRooted(target) ? Path.GetPathRoot(target)! : resolved;
            foreach (string inner in Parts(target))
            {
                rest.Push(inner);
            }
        }

        return resolved;
    }

    // The last part first, so that the first one lies on top of a stack.
    private static IEnumerable<string> Parts(string path) =>
        path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse();
}
