using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Resift.AspNetCore.Tests;

/// <summary>A connection on which a test sends what no HTTP client would.</summary>
internal sealed class RawConnection : IDisposable
{
    // So that a test whose server never answers fails instead of waiting for ever.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _gone =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private readonly TcpClient _client = new();
    private readonly List<byte> _unread = [];

    // Taken once: a client that is half closed does not give it any more.
    private NetworkStream? _stream;

    private RawConnection() => _gone.CancelAfter(_patience);

    private NetworkStream Stream => _stream!;

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(address.Host, address.Port, connection._gone.Token);
        connection._stream = connection._client.GetStream();
        return connection;
    }

    /// <summary>Sends the head of a request to post a body, as clients do it, with more headers after those.</summary>
    public Task SendHeadAsync(string path, string moreHeaders) => SendAsync(
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{moreHeaders}\r\n");

    /// <summary>Sends a request to post a body.</summary>
    public async Task PostAsync(string path, string body, string moreHeaders = "")
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        await SendHeadAsync(path, $"Content-Length: {bytes.Length}\r\n{moreHeaders}");
        await SendAsync(bytes);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes) => await Stream.WriteAsync(bytes, _gone.Token);

    /// <summary>Says that nothing more will be sent, and goes on reading.</summary>
    public void EndSending() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Ends the connection as a process does that is killed: by a reset.</summary>
    public void Abort()
    {
        _client.LingerState = new LingerOption(enable: true, seconds: 0);
        _client.Close();
    }

    /// <summary>Reads one answer.</summary>
    /// <exception cref="EndOfStreamException">The connection ended before it was complete.</exception>
    public async Task<RawReply> ReadAsync()
    {
        byte[] blankLine = "\r\n\r\n"u8.ToArray();
        int end;
        while ((end = Head().IndexOf(blankLine)) < 0)
        {
            await ReadMoreAsync();
        }

        string[] lines = Encoding.Latin1.GetString(Head()[..end]).Split("\r\n");
        _unread.RemoveRange(0, end + blankLine.Length);
        var headers = lines[1..].Select(line => line.Split(": ", 2))
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.OrdinalIgnoreCase);
        int length = int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture);
        while (_unread.Count < length)
        {
            await ReadMoreAsync();
        }

        string body = Encoding.UTF8.GetString(Head()[..length]);
        _unread.RemoveRange(0, length);
        return new(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, body);

        ReadOnlySpan<byte> Head() => CollectionsMarshal.AsSpan(_unread);
    }

    /// <summary>Waits until the server ends the connection, in whichever way.</summary>
    public async Task ReadToEndAsync()
    {
        try
        {
            while (true)
            {
                await ReadMoreAsync();
            }
        }
        catch (IOException)
        {
            // The end, or a reset.
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _gone.Dispose();
    }

    private async Task ReadMoreAsync()
    {
        byte[] buffer = new byte[4096];
        int read = await Stream.ReadAsync(buffer, _gone.Token);
        if (read == 0)
        {
            throw new EndOfStreamException("The server ended the connection.");
        }

        _unread.AddRange(buffer.AsSpan(0, read));
    }
}

internal sealed record RawReply(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Header(string name) => Headers.GetValueOrDefault(name, "");
}
