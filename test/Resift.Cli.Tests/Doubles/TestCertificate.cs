using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Resift.Cli.Tests;

/// <summary>Certificates that sign themselves.</summary>
internal static class TestCertificate
{
    /// <summary>Creates a certificate for this machine, and its key, as PEM.</summary>
    public static string Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var own = Sign(key);
        return $"{own.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}";
    }

    public static X509Certificate2 Sign(ECDsa key) => new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
        .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
}
