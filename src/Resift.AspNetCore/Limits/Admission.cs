using System.Net;
using Microsoft.AspNetCore.Http;

namespace Resift.AspNetCore;

/// <summary>Says who may call: who has a key, or, where there are no keys, who is on this machine.</summary>
internal sealed class Admission(ResiftServerOptions options, ResiftServerKeys keys)
{
    private const string Bearer = "Bearer ";

    private static readonly string[] _keyHeaders = ["Api-Key", "X-Api-Key"];

    /// <summary>Finds out who calls; <see cref="Caller.Of"/> has it then.</summary>
    /// <exception cref="ServerProblem">The caller may not call.</exception>
    public Caller? Admit(HttpContext context)
    {
        if (!keys.Any)
        {
            ThrowUnlessLocal(context);
            return null;
        }

        string key = KeyOf(context.Request) ?? throw new ServerProblem(ProblemKind.Unauthorized,
            "no api key supplied; send it in the header 'Authorization: Bearer KEY' or 'Api-Key: KEY'");
        var caller = keys.Find(key) ?? throw new ServerProblem(ProblemKind.Unauthorized, "invalid api token");
        context.Features.Set(caller);
        return caller;
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
