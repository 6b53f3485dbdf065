using System.Net;

namespace Resift;

/// <summary>
/// The body of a request. It is written for one server only: a client that follows redirects would send the documents of a POST on to
/// another (307, 308), while a client that repeats its request sends them to the same.
/// </summary>
/// <param name="body">The body.</param>
/// <param name="request">The request, whose address a redirect changes.</param>
internal sealed class OneOriginContent(byte[] body, HttpRequestMessage request) : HttpContent
{
    private Uri? _origin;

    /// <summary>Gets the address that the documents were wanted for after another one had got them; null if none was.</summary>
    public Uri? Refused { get; private set; }

    /// <summary>
    /// Determines whether an answer comes from neither the address nor the server that got the documents, which differ where a handler
    /// resolves names of services.
    /// </summary>
    public bool IsFromElsewhere(HttpResponseMessage response, Uri address) => response.RequestMessage?.RequestUri is { } answered
        && !EndpointAddress.IsSameOrigin(answered, address)
        && (_origin is null || !EndpointAddress.IsSameOrigin(answered, _origin));

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        _origin ??= address;
        if (!EndpointAddress.IsSameOrigin(address, _origin))
        {
            Refused = address;
            throw new HttpRequestException("Documents are not sent on to another server.");
        }

        await stream.WriteAsync(body, cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
