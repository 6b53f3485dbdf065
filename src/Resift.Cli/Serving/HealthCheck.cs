using System.Net;
using System.Net.Security;

namespace Resift.Cli;

/// <summary>Asks a server on this machine whether it is ready, for whoever watches it from an image without a shell.</summary>
internal static class HealthCheck
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(5);

    /// <summary>Asks, and says the answer.</summary>
    /// <param name="console">Hears it.</param>
    /// <param name="endpoint">Where the server listens.</param>
    /// <param name="isTls">Whether it speaks HTTPS.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(CliConsole console, IPEndPoint endpoint, bool isTls, CancellationToken cancellationToken)
    {
        if (endpoint.Port == 0)
        {
            throw new UsageException("--check needs the port that the server listens at, and 0 is none: name it by --port.");
        }

        var address = endpoint.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : endpoint.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : endpoint.Address;
        var uri = new UriBuilder(isTls ? "https" : "http", address.ToString(), endpoint.Port, "/health/ready").Uri;
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            // The certificate names the server as others call it. Nothing is sent that anybody might read.
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, its, _, _) => its is not null },
        };
        using var client = new HttpClient(handler) { Timeout = _timeout };
        try
        {
            using var response = await client.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                console.Output.WriteLine("ready");
                return ExitCode.Ok;
            }

            console.Note($"{uri} is not ready: it answers {(int)response.StatusCode}");
        }
        catch (Exception exception) when (exception is HttpRequestException
            || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            console.Note($"{uri} is not ready: {exception.Message}");
        }

        return ExitCode.Error;
    }
}
