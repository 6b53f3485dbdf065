using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Resift.AspNetCore;

/// <summary>Says who may call: who has a key, or, where there are no keys, who is on this machine.</summary>
internal sealed class Admission(ResiftServerOptions options)
{
    private const string Bearer = "Bearer ";

    private static readonly string[] _keyHeaders = ["Api-Key", "X-Api-Key"];

    private readonly IReadOnlyList<byte[]> _hashes = options.ReadKeyHashes();

    /// <exception cref="ServerProblem">The caller may not call.</exception>
    public void ThrowUnlessAdmitted(HttpContext context)
    {
        if (_hashes.Count == 0)
        {
            ThrowUnlessLocal(context);
            return;
        }

        string? key = KeyOf(context.Request);
        if (key is null)
        {
            throw new ServerProblem(ProblemKind.Unauthorized,
                "no api key supplied; send it in the header 'Authorization: Bearer KEY' or 'Api-Key: KEY'");
        }

        // All hashes are compared, each in the same time, so that how long it takes says nothing of how near a guess came.
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        bool isKnown = false;
        foreach (byte[] known in _hashes)
        {
            isKnown |= CryptographicOperations.FixedTimeEquals(hash, known);
        }

        if (!isKnown)
        {
            throw new ServerProblem(ProblemKind.Unauthorized, "invalid api token");
        }
    }

    private static string? KeyOf(HttpRequest request)
    {
        string authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return authorization[Bearer.Length..].Trim();
        }

        return _keyHeaders.Select(name => request.Headers[name].ToString()).FirstOrDefault(value => value.Length > 0);
    }

    private void ThrowUnlessLocal(HttpContext context)
    {
        // No address: a socket of this machine's file system.
        bool isLocal = context.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address);
        if (!options.AllowsAnonymousRemotes && !(isLocal && IsNameOfThisMachine(context.Request.Host.Host)))
        {
            throw new ServerProblem(ProblemKind.Forbidden, "The server has no keys, so it answers this machine only, by the name " +
                "localhost or an address. Give it keys, or allow anonymous callers.");
        }
    }

    private static bool IsNameOfThisMachine(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.Trim('[', ']'), out _) || host.Length == 0;
}
