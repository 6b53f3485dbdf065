using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Resift.AspNetCore;

/// <summary>A file of the playground, which lies in this assembly.</summary>
internal sealed class PlaygroundFile
{
    // Nothing from other hosts, nothing inline, nothing made of text; and no frame around it.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    private readonly byte[] _content;
    private readonly string _mediaType;
    private readonly string _tag;

    private PlaygroundFile(string path, string name, string mediaType)
    {
        Path = path;
        _mediaType = mediaType;
        using var stream = typeof(PlaygroundFile).Assembly.GetManifestResourceStream($"playground/{name}")
            ?? throw new InvalidOperationException($"The assembly lacks the file {name} of the playground.");
        _content = new byte[stream.Length];
        stream.ReadExactly(_content);
        _tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(_content).AsSpan(0, 8))}\"";
    }

    /// <summary>Gets all files.</summary>
    public static IReadOnlyList<PlaygroundFile> All { get; } =
    [
        new("/", "index.html", "text/html; charset=utf-8"),
        File("style.css", "text/css; charset=utf-8"),
        File("icon.svg", "image/svg+xml"),
        .. new[] { "app.js", "board.js", "code.js", "samples.js", "server.js" }
            .Select(name => File(name, "text/javascript; charset=utf-8")),
    ];

    /// <summary>Gets where it is mapped.</summary>
    public string Path { get; }

    /// <summary>Answers who asks for it.</summary>
    public Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        // Asked for again after an update, and not sent again before.
        response.Headers.CacheControl = "no-cache";
        response.Headers.ETag = _tag;
        if (context.Request.Headers.IfNoneMatch == _tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = _mediaType;
        response.ContentLength = _content.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(_content, context.RequestAborted).AsTask();
    }

    private static PlaygroundFile File(string name, string mediaType) => new($"/playground/{name}", name, mediaType);
}
