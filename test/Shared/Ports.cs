using System.Net;
using System.Net.Sockets;

namespace Resift.Testing;

/// <summary>Ports for servers that cannot let the system choose one.</summary>
internal static class Ports
{
    /// <summary>Gets a port that nobody listens on.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
