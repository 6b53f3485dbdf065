using System.Net;
using System.Net.Sockets;

namespace Resift.Orleans.Tests;

internal static class Ports
{
    /// <summary>Gets a port that nobody listens on: silos have to say theirs to the others, so that they cannot take any.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
