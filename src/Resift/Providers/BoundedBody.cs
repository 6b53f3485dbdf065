using System.Buffers;

namespace Resift;

/// <summary>Reads an answer, and stops where it grows beyond what an answer may have.</summary>
internal static class BoundedBody
{
    /// <summary>Replaces a response's content, which may still be on its way, by its bytes.</summary>
    /// <exception cref="RerankerException">The body is too long, or its compression is broken.</exception>
    public static async Task BufferAsync(HttpResponseMessage response, int maxBytes, string provider, CancellationToken cancellationToken)
    {
        var content = response.Content;
        if (content.Headers.ContentLength > maxBytes)
        {
            throw TooLong(response, maxBytes, provider);
        }

        byte[] bytes = await ReadAsync(response, maxBytes, provider, cancellationToken).ConfigureAwait(false);
        response.Content = new ByteArrayContent(bytes);
        response.Content.Headers.ContentType = content.Headers.ContentType;
        content.Dispose();
    }

    private static async Task<byte[]> ReadAsync(
        HttpResponseMessage response, int maxBytes, string provider, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                using var body = new MemoryStream();
                while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var count and > 0)
                {
                    if (body.Length + count > maxBytes)
                    {
                        throw TooLong(response, maxBytes, provider);
                    }

                    body.Write(buffer, 0, count);
                }

                return body.ToArray();
            }
        }
        catch (InvalidDataException error)
        {
            throw new RerankerException($"{provider}'s answer cannot be decompressed: {error.Message}", error)
            {
                StatusCode = response.StatusCode,
            };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static RerankerException TooLong(HttpResponseMessage response, int maxBytes, string provider) =>
        new($"{provider}'s answer is longer than {maxBytes} bytes, and the rest was not read. If it is meant to be, raise " +
            $"{nameof(HttpRerankerOptions)}.{nameof(HttpRerankerOptions.MaxResponseBytes)} or ask about fewer documents at once.")
        { StatusCode = response.StatusCode };
}
