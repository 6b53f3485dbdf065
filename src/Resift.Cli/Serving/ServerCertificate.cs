using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Resift.Cli;

/// <summary>Where the certificate of a server is.</summary>
/// <param name="File">A PEM file, with those that signed it behind it, or a PKCS #12 file.</param>
/// <param name="KeyFile">The PEM file of its key; null where the key is in the same file.</param>
internal sealed record CertificateSettings(string File, string? KeyFile);

/// <summary>The certificate by which a server speaks TLS, and those that signed it, which clients may not have.</summary>
internal sealed record ServerCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain) : IDisposable
{
    /// <summary>Loads a certificate and its key.</summary>
    /// <param name="settings">Where they are.</param>
    /// <param name="password">The password of the key or the file; null for none.</param>
    /// <exception cref="InvalidDataException">They are none, or the password is another.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ServerCertificate Load(CertificateSettings settings, string? password)
    {
        try
        {
            return IsPem(settings.File) ? LoadPem(settings, password) : LoadPkcs12(settings.File, password);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException($"{settings.File} is not taken as the server's certificate: {exception.Message} A certificate " +
                "with its key was expected: PEM files, or one of PKCS #12, whose password is in RESIFT_TLS_PASSWORD.", exception);
        }
    }

    public void Dispose()
    {
        Certificate.Dispose();
        foreach (var signer in Chain)
        {
            signer.Dispose();
        }
    }

    private static bool IsPem(string file) => File.ReadAllText(file).Contains("-----BEGIN ", StringComparison.Ordinal);

    private static ServerCertificate LoadPem(CertificateSettings settings, string? password)
    {
        string key = settings.KeyFile ?? settings.File;
        var certificate = password is null
            ? X509Certificate2.CreateFromPemFile(settings.File, key)
            : X509Certificate2.CreateFromEncryptedPemFile(settings.File, password, key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(settings.File);
        return new(certificate, chain);
    }

    private static ServerCertificate LoadPkcs12(string file, string? password)
    {
        var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(file, password);
        var certificate = all.FirstOrDefault(one => one.HasPrivateKey) ?? throw new CryptographicException("It holds no key.");
        return new(certificate, all);
    }
}
