using System.Text;

namespace Resift.Testing;

/// <summary>What a <see cref="LoopbackServer"/> answers, and how badly it behaves while it does.</summary>
internal sealed record LoopbackReply
{
    public int Status { get; init; } = 200;

    public byte[] Body { get; init; } = [];

    public string? ContentType { get; init; } = "application/json";

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets what has to happen before the headers are sent; <see cref="Never"/> plays a server that hangs.</summary>
    public Task HeadersAfter { get; init; } = Task.CompletedTask;

    public bool Chunked { get; init; }

    public bool Gzip { get; init; }

    /// <summary>Gets how many bytes of the body are sent before the server falls silent; null for all, without silence.</summary>
    public int? StallAfter { get; init; }

    /// <summary>Gets how many bytes of the body are sent before the connection is reset; null for no reset.</summary>
    public int? ResetAfter { get; init; }

    /// <summary>Gets how often the body is sent, for one that is too large to hold.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>Gets a task that plays a server which never goes on.</summary>
    public static Task Never { get; } = new TaskCompletionSource().Task;

    public static LoopbackReply Json(string body, int status = 200) => new() { Body = Encoding.UTF8.GetBytes(body), Status = status };

    public LoopbackReply With(string header, string value) => this with
    {
        Headers = new Dictionary<string, string>(Headers) { [header] = value },
    };
}
