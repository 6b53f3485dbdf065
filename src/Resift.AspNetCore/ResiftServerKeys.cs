using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Resift.AspNetCore;

/// <summary>The keys of a server, which can be replaced while it runs.</summary>
/// <remarks>A service of the container. Safe for concurrent use.</remarks>
public sealed class ResiftServerKeys
{
    private const int ShownDigits = 8;

    private static readonly SearchValues<char> _hexadecimal = SearchValues.Create("0123456789abcdefABCDEF");

    private readonly HashSet<string> _models;
    private readonly TimeProvider _time;
    private readonly Lock _replacing = new();
    private volatile Caller[] _callers;

    internal ResiftServerKeys(ResiftServerOptions options, TimeProvider time)
    {
        _models = [.. options.Rerankers.Concat(options.Embedders).Select(model => model.Name)];
        _time = time;
        try
        {
            _callers = Read(options.Keys, options.KeyHashes, []);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidOperationException(exception.Message, exception);
        }
    }

    internal bool Any => _callers.Length > 0;

    /// <summary>Replaces all keys. Requests under way end; a key that stays keeps count of what it has used.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="hashes">The hashes of keys without a name, as <see cref="ResiftServerOptions.KeyHashes"/> has them.</param>
    /// <exception cref="ArgumentException">
    /// There is none at all, so that the server would ask for none; a hash or a name is none or comes twice, or a model is not one of the
    /// server's. The keys stay as they were.
    /// </exception>
    public void Replace(IEnumerable<ResiftServerKey> keys, params IEnumerable<string> hashes)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(hashes);
        lock (_replacing)
        {
            var callers = Read(keys, hashes, _callers);
            _callers = callers.Length > 0 ? callers : throw new ArgumentException(
                "There is no key, and without one the server would ask for none; stop it, and start it without.");
        }
    }

    /// <summary>Finds who has a key; null if nobody has.</summary>
    internal Caller? Find(string key)
    {
        // All hashes are compared, each in the same time, so that how long it takes says nothing of how near a guess came.
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        Caller? found = null;
        foreach (var caller in _callers)
        {
            found = CryptographicOperations.FixedTimeEquals(hash, caller.Hash) ? caller : found;
        }

        return found;
    }

    private static ResiftServerKey Nameless(string hash) => new()
    {
        Name = hash.Length > ResiftServerOptions.HashPrefix.Length + ShownDigits
            ? hash[..(ResiftServerOptions.HashPrefix.Length + ShownDigits)]
            : "a key without a name",
        Hash = hash,
    };

    private Caller[] Read(IEnumerable<ResiftServerKey> keys, IEnumerable<string> hashes, Caller[] before)
    {
        ResiftServerKey[] named = [.. keys];
        var nameless = hashes.Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(hash => !Array.Exists(named, key => key.Hash.Equals(hash, StringComparison.OrdinalIgnoreCase))).Select(Nameless);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var callers = new List<Caller>();
        foreach (var key in named.Concat(nameless))
        {
            byte[] hash = HashOf(key);
            if (string.IsNullOrWhiteSpace(key.Name) || !names.Add(key.Name))
            {
                throw new ArgumentException($"A key has no name, or two have the name '{key.Name}'; each needs one of its own.");
            }

            if (callers.Find(other => other.Hash.AsSpan().SequenceEqual(hash)) is { } twin)
            {
                throw new ArgumentException($"The keys '{twin.Key.Name}' and '{key.Name}' are the same; leave out one of them.");
            }

            if (key.Models is { } models && (models.Count == 0 || models.Any(model => !_models.Contains(model))))
            {
                throw new ArgumentException($"The key '{key.Name}' may use the models [{string.Join(", ", models)}]; some of these were " +
                    $"expected: {string.Join(", ", _models)}.");
            }

            callers.Add(new(key, hash, Array.Find(before, other => other.Hash.AsSpan().SequenceEqual(hash))?.Use ?? new(_time)));
        }

        return [.. callers];
    }

    // What stands there may be a key, so it is not shown.
    private static byte[] HashOf(ResiftServerKey key) =>
        key.Hash.StartsWith(ResiftServerOptions.HashPrefix, StringComparison.OrdinalIgnoreCase)
        && key.Hash.AsSpan(ResiftServerOptions.HashPrefix.Length) is { Length: 2 * SHA256.HashSizeInBytes } digits
        && !digits.ContainsAnyExcept(_hexadecimal)
            ? Convert.FromHexString(digits)
            : throw new ArgumentException($"The hash of a key is none: '{ResiftServerOptions.HashPrefix}' and 64 hexadecimal digits were " +
                $"expected, as {nameof(ResiftServerOptions.HashKey)} gives them.");
}
