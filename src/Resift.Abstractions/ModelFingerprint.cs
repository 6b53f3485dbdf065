using System.Security.Cryptography;
using System.Text;

namespace Resift;

/// <summary>
/// What tells a model from every other that gives other scores or vectors: a hash of its weights and of all
/// else that its results depend on.
/// </summary>
/// <remarks>
/// Ask a reranker or an embedding generator for it through <c>GetService</c>. Where there is none, as for a hosted model, nothing is known
/// beyond the model's name. A middleware that changes scores answers with a derived one, or with none.
/// </remarks>
/// <param name="Value">The hash: 32 hexadecimal digits in lower case. Only its equality means something.</param>
public sealed record ModelFingerprint(string Value)
{
    private const int Digits = 32;

    /// <summary>Creates a fingerprint of everything that results depend on.</summary>
    /// <param name="parts">The parts, in a fixed order; null differs from an empty text.</param>
    /// <returns>The fingerprint, which differs if any part does.</returns>
    public static ModelFingerprint Create(params IEnumerable<string?> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string? part in parts)
        {
            // With its length before it, so that no two lists of parts run together.
            byte[] bytes = Encoding.UTF8.GetBytes(part ?? "");
            hash.AppendData(BitConverter.GetBytes(part is null ? -1 : bytes.Length));
            hash.AppendData(bytes);
        }

        return new(Convert.ToHexStringLower(hash.GetHashAndReset())[..Digits]);
    }

    /// <summary>Creates the fingerprint of what a step makes of this model's results.</summary>
    /// <param name="step">The step with all its settings that change results, such as a calibration as JSON.</param>
    /// <returns>The fingerprint, which differs if the model or the step does.</returns>
    public ModelFingerprint Derive(string step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return Create(Value, step);
    }

    /// <summary>Returns the hash.</summary>
    /// <returns><see cref="Value"/>.</returns>
    public override string ToString() => Value;
}
