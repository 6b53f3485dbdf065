using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Resift;

/// <summary>Creates cache keys: hashes of everything that a score depends on, so that no text stands in a key.</summary>
internal sealed class CacheKey
{
    // Changes when the form of the entries or of the keys does: older entries are then not found.
    private const string Version = "resift:3:";

    private readonly byte[] _call;

    private CacheKey(byte[] call) => _call = call;

    /// <summary>Creates the part of the keys that one call's documents share.</summary>
    /// <returns>Null if something in the options cannot be told apart by a key, so that the call must not be cached.</returns>
    public static CacheKey? Create(
        RerankerMetadata? metadata, ModelFingerprint? fingerprint, string? revision, string query, RerankOptions? options, bool withTopN)
    {
        // An option of a type that is not known here could change the scores.
        if (options is not null && options.GetType() != typeof(RerankOptions))
        {
            return null;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, metadata?.ProviderName);
        Append(hash, metadata?.ProviderUri?.AbsoluteUri);
        Append(hash, options?.ModelId ?? metadata?.DefaultModelId);
        Append(hash, fingerprint?.Value);
        Append(hash, revision);
        Append(hash, options?.Instruction);
        Append(hash, options?.Truncation?.ToString());
        Append(hash, options?.MaxTokensPerDocument?.ToString(CultureInfo.InvariantCulture));
        Append(hash, withTopN ? options?.TopN?.ToString(CultureInfo.InvariantCulture) : null);
        foreach (var (name, value) in (options?.AdditionalProperties ?? []).OrderBy(property => property.Key, StringComparer.Ordinal))
        {
            if (value is not (null or string or bool or int or long or double or float or decimal))
            {
                return null;
            }

            Append(hash, name);
            Append(hash, value?.GetType().Name);
            Append(hash, Convert.ToString(value, CultureInfo.InvariantCulture));
        }

        Append(hash, query);
        return new(hash.GetHashAndReset());
    }

    /// <summary>Gets the key of some documents' entry: one for its score, all of a call for a whole answer.</summary>
    public string ForDocuments(IEnumerable<string> documents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_call);
        foreach (string document in documents)
        {
            Append(hash, document);
        }

        return Version + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // With its length before it, so that no two lists of texts run together; -1 tells null from empty. The raw
    // UTF-16 code units keep texts with lone surrogates apart.
    private static void Append(IncrementalHash hash, string? text)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, text?.Length ?? -1);
        hash.AppendData(length);
        hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
    }
}
