using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Resift.Testing;

/// <summary>
/// A small HTTP/1.1 server on this machine, which can do what a real one does on its worst days. It answers each request by a function,
/// keeps connections open, and has ended all of them when it is disposed.
/// </summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private const int MaxHeadBytes = 64 * 1024;
    private const int MaxBodyBytes = 64 * 1024 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, byte> _connections = new();
    private readonly ConcurrentQueue<LoopbackRequest> _requests = new();
    private readonly Func<LoopbackRequest, LoopbackReply> _answer;
    private readonly Task _accepting;
    private int _open;
    private int _underWay;
    private long _sentBytes;

    public LoopbackServer(Func<LoopbackRequest, LoopbackReply> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Makes a server that gives the replies in turn, and the last one from then on.</summary>
    public LoopbackServer(params LoopbackReply[] replies)
        : this(InTurn(replies))
    {
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Gets how many requests are kept to be looked at afterwards; the first ten thousand by default.</summary>
    public int KeptRequests { get; init; } = 10_000;

    /// <summary>Gets the requests so far, in the order of their arrival; the first <see cref="KeptRequests"/>.</summary>
    public IReadOnlyList<LoopbackRequest> Requests => [.. _requests];

    /// <summary>Gets how many connections are open.</summary>
    public int OpenConnections => Volatile.Read(ref _open);

    /// <summary>Gets how many requests came whose answers have neither been sent nor given up by the other side.</summary>
    public int RequestsUnderWay => Volatile.Read(ref _underWay);

    /// <summary>Gets how many bytes of bodies were sent, or at least handed to the system.</summary>
    public long SentBytes => Interlocked.Read(ref _sentBytes);

    public async ValueTask DisposeAsync()
    {
        // The listener goes last: accepting from a stopped one is a mistake of the caller, and throws as such.
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        await Task.WhenAll(_connections.Keys);
        _stop.Dispose();
    }

    private static Func<LoopbackRequest, LoopbackReply> InTurn(LoopbackReply[] replies)
    {
        int next = -1;
        return _ => replies[Math.Min(Interlocked.Increment(ref next), replies.Length - 1)];
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                var connection = Task.Run(() => ServeAsync(client), CancellationToken.None);
                _connections.TryAdd(connection, 0);
                _ = connection.ContinueWith(done => _connections.TryRemove(done, out byte _), TaskScheduler.Default);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        Interlocked.Increment(ref _open);
        using (client)
        {
            try
            {
                client.NoDelay = true;
                var stream = client.GetStream();
                while (await ReadAsync(stream) is { } request)
                {
                    if (_requests.Count < KeptRequests)
                    {
                        _requests.Enqueue(request);
                    }

                    Interlocked.Increment(ref _underWay);
                    try
                    {
                        if (!await AnswerAsync(client, stream, _answer(request)))
                        {
                            break;
                        }
                    }
                    finally
                    {
                        Interlocked.Decrement(ref _underWay);
                    }
                }
            }
            catch (Exception error) when (error is OperationCanceledException or IOException or SocketException)
            {
                // The other side left, or the server is disposed.
            }
        }

        Interlocked.Decrement(ref _open);
    }

    /// <returns>True if the connection can be used again.</returns>
    private async Task<bool> AnswerAsync(TcpClient client, NetworkStream stream, LoopbackReply reply)
    {
        if (reply.HeadersAfter == LoopbackReply.Never)
        {
            await UntilClosedAsync(stream);
            return false;
        }

        await reply.HeadersAfter.WaitAsync(_stop.Token);
        return await WriteAsync(client, stream, reply);
    }

    // Silent, but not blind: a caller that gives up leaves no connection behind.
    private async Task UntilClosedAsync(NetworkStream stream)
    {
        byte[] ignored = new byte[64];
        while (await stream.ReadAsync(ignored, _stop.Token) > 0)
        {
            // What else is sent meets no answer either.
        }
    }

    private async Task<LoopbackRequest?> ReadAsync(NetworkStream stream)
    {
        byte[] buffer = new byte[MaxHeadBytes];
        int length = 0;
        int end;
        while ((end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            int count = length < buffer.Length ? await stream.ReadAsync(buffer.AsMemory(length), _stop.Token) : 0;
            if (count == 0)
            {
                return null;
            }

            length += count;
        }

        string[] lines = Encoding.ASCII.GetString(buffer, 0, end).Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2))
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.OrdinalIgnoreCase);
        int bodyLength = int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture);
        if (bodyLength > MaxBodyBytes)
        {
            throw new IOException("The request's body is longer than this server reads.");
        }

        byte[] body = new byte[bodyLength];
        int have = Math.Min(length - end - 4, bodyLength);
        buffer.AsSpan(end + 4, have).CopyTo(body);
        await stream.ReadExactlyAsync(body.AsMemory(have), _stop.Token);
        string[] first = lines[0].Split(' ');
        return new(first[0], first[1], headers, body);
    }

    /// <returns>True if the connection can be used again.</returns>
    private async Task<bool> WriteAsync(TcpClient client, NetworkStream stream, LoopbackReply reply)
    {
        byte[] body = reply.Gzip ? Compressed(reply.Body) : reply.Body;
        await stream.WriteAsync(Head(reply, (long)body.Length * reply.Repeat), _stop.Token);
        if ((reply.StallAfter ?? reply.ResetAfter) is { } part)
        {
            byte[] some = body[..Math.Min(part, body.Length)];
            await stream.WriteAsync(reply.Chunked ? Chunk(some) : some, _stop.Token);
            if (reply.StallAfter is not null)
            {
                await UntilClosedAsync(stream);
                return false;
            }

            // With no time to linger, closing sends a reset.
            client.LingerState = new(true, 0);
            return false;
        }

        for (int i = 0; i < reply.Repeat; i++)
        {
            await stream.WriteAsync(reply.Chunked ? Chunk(body) : body, _stop.Token);
            Interlocked.Add(ref _sentBytes, body.Length);
        }

        if (reply.Chunked)
        {
            await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), _stop.Token);
        }

        return true;
    }

    private static byte[] Head(LoopbackReply reply, long length)
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} Reply\r\n");
        head.Append(CultureInfo.InvariantCulture, $"{(reply.Chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {length}")}\r\n");
        if (reply.ContentType is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Type: {reply.ContentType}\r\n");
        }

        if (reply.Gzip)
        {
            head.Append("Content-Encoding: gzip\r\n");
        }

        foreach (var (name, value) in reply.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        return Encoding.ASCII.GetBytes(head.Append("\r\n").ToString());
    }

    private static byte[] Chunk(byte[] body) =>
        body is [] ? [] : [.. Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"), .. body, .. "\r\n"u8];

    private static byte[] Compressed(byte[] body)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return compressed.ToArray();
    }
}
