using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Resift.Local.Hub;

/// <summary>
/// Computes the hash of a file as the hub states it, by which its blob is named: SHA-256 of large files, and of others the SHA-1 that Git
/// gives a blob.
/// </summary>
internal sealed class BlobHash : IDisposable
{
    private readonly string _expected;
    private readonly IncrementalHash _hash;

    public BlobHash(string expected, long size)
    {
        _expected = expected;
        _hash = IncrementalHash.CreateHash(IsSha256(expected) ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        if (!IsSha256(expected))
        {
            _hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {size}\0")));
        }
    }

    /// <summary>Determines whether a text is a hash that can be computed here.</summary>
    public static bool IsHash(string text) => text.Length is 64 or 40 && text.All(char.IsAsciiHexDigitLower);

    public void Append(ReadOnlySpan<byte> data) => _hash.AppendData(data);

    /// <summary>Ends the computation.</summary>
    public bool IsAsExpected() => Convert.ToHexStringLower(_hash.GetHashAndReset()) == _expected;

    /// <summary>Reads a file and compares its hash.</summary>
    public static async Task<bool> IsOfAsync(string path, string expected, Action<int> read, CancellationToken cancellationToken)
    {
        using var stream = Open(path);
        using var hash = new BlobHash(expected, stream.Length);
        await hash.AppendAsync(stream, read, cancellationToken).ConfigureAwait(false);
        return hash.IsAsExpected();
    }

    /// <summary>Appends what is left of a stream.</summary>
    public async Task AppendAsync(Stream stream, Action<int> read, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[256 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            Append(buffer.AsSpan(0, count));
            read(count);
        }
    }

    public void Dispose() => _hash.Dispose();

    private static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);

    private static bool IsSha256(string hash) => hash.Length == 64;
}
