using System.Globalization;

namespace Resift.Cli;

/// <summary>Lets a server send so many bytes in so much time for one answer, and no more.</summary>
/// <param name="maxBytes">How many bytes of a body are read.</param>
/// <param name="time">How long it may take from the request to the end of the body.</param>
/// <param name="inner">What sends requests.</param>
internal sealed class ResponseBounds(long maxBytes, TimeSpan time, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // The body is read after this method has returned, so its stream takes the clock along.
        var late = new CancellationTokenSource(time);
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            var response = await base.SendAsync(request, either.Token);
            var body = new StreamContent(new BoundedStream(await response.Content.ReadAsStreamAsync(either.Token), maxBytes, late));
            foreach (var (name, values) in response.Content.Headers)
            {
                body.Headers.TryAddWithoutValidation(name, values);
            }

            response.Content = body;
            return response;
        }
        catch (Exception exception)
        {
            bool isLate = late.IsCancellationRequested && !cancellationToken.IsCancellationRequested;
            late.Dispose();
            if (isLate)
            {
                throw new TimeoutException("There was no answer in time.", exception);
            }

            throw;
        }
    }

    private sealed class BoundedStream(Stream body, long maxBytes, CancellationTokenSource late) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _read;
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            try
            {
                return Counted(await body.ReadAsync(buffer, either.Token));
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException("The answer did not end in time.", exception);
            }
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count)
        {
            late.Token.ThrowIfCancellationRequested();
            return Counted(body.Read(buffer, offset, count));
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                body.Dispose();
                late.Dispose();
            }

            base.Dispose(disposing);
        }

        private int Counted(int read)
        {
            _read += read;
            // No IOException, after which the client would ask again.
            return _read <= maxBytes ? read : throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"the answer has more than the {maxBytes:N0} bytes that are read"));
        }
    }
}
