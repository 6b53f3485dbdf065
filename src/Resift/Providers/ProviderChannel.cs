using System.Net;
using System.Net.Http.Headers;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Resift;

/// <summary>
/// The way to one address: sends a request, reads its answer, and makes a <see cref="RerankerException"/> of all that fails.
/// </summary>
internal sealed class ProviderChannel : IDisposable
{
    private readonly ProviderProfile _profile;
    private readonly HttpRerankerOptions _options;
    private readonly ApiKey _key;
    private readonly Uri _address;
    private readonly HttpClient _client;
    private readonly bool _ownsClient;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;
    private readonly CancellationTokenSource _disposal = new();
    private readonly CancellationToken _disposed;

    public ProviderChannel(ProviderProfile profile, HttpRerankerOptions options, ApiKey key, Uri address, HttpClient? httpClient)
    {
        _profile = profile;
        _options = options;
        _key = key;
        _address = address;
        _ownsClient = httpClient is null;
        _client = httpClient ?? OwnClient();
        _pipeline = _ownsClient ? ProviderPipeline.Create(options) : ResiliencePipeline<HttpResponseMessage>.Empty;
        _disposed = _disposal.Token;
    }

    public bool IsDisposed => _disposed.IsCancellationRequested;

    /// <summary>Sends a body, as often as the pipeline wants, and reads the answer.</summary>
    public async Task<WireAnswer> AskAsync(byte[] body, AnswerReader reader, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposed);
        try
        {
            using var response = await _pipeline.ExecuteAsync(
                static async (state, token) => await state.Channel.AttemptAsync(state.Body, token).ConfigureAwait(false),
                (Channel: this, Body: body),
                stop.Token).ConfigureAwait(false);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(stop.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? reader.Read(response, answer)
                : throw ProviderError.Create(response, answer, _profile, _key, _options.TimeProvider);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception error) when (IsDisposed && error is not RerankerException)
        {
            throw new ObjectDisposedException($"The reranker for {_profile.DisplayName}", error);
        }
        catch (BrokenCircuitException error)
        {
            throw new RerankerRejectedException(
                $"{_profile.DisplayName} failed so often that it is left alone for a while: no request was sent.", error)
            {
                IsTransient = true,
                RetryAfter = ProviderPipeline.BreakDuration,
            };
        }
        catch (Exception error) when (error is OperationCanceledException or TimeoutRejectedException)
        {
            throw new RerankerException($"{_profile.DisplayName} gave no whole answer in time ({TimeLimit()}).", error)
            {
                IsTransient = true,
            };
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            string host = _address.GetLeftPart(UriPartial.Authority);
            throw new RerankerException($"{_profile.DisplayName} at {host} could not be reached, or broke off: {error.Message}", error)
            {
                IsTransient = ProviderPipeline.MayPass(error),
            };
        }
    }

    /// <summary>Ends the requests under way. A client that was given stays open.</summary>
    public void Dispose()
    {
        // Not disposed: calls that begin at this moment still look at its token.
        _disposal.Cancel();
        if (_ownsClient)
        {
            _client.Dispose();
        }
    }

    private static HttpClient OwnClient() => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
        })
    { Timeout = Timeout.InfiniteTimeSpan };

    private string TimeLimit() => _ownsClient
        ? $"{_options.AttemptTimeout.TotalSeconds:0.###} s for an attempt, {_options.RequestTimeout.TotalSeconds:0.###} s for all"
        : $"{_client.Timeout.TotalSeconds:0.###} s, as the given HttpClient says";

    private async Task<HttpResponseMessage> AttemptAsync(byte[] body, CancellationToken cancellationToken)
    {
        // HttpClient's own time ends with the headers; a body that stalls has to end as well.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(_client.Timeout);
        using var request = Request(body);
        var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token).ConfigureAwait(false);
        try
        {
            await BoundedBody.BufferAsync(response, _options.MaxResponseBytes, _profile.DisplayName, stop.Token).ConfigureAwait(false);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private HttpRequestMessage Request(byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Accept.Add(new("application/json"));
        request.Headers.UserAgent.Add(new("resift", null));
        _key.AddTo(request, _profile.KeyHeader);
        foreach (var (name, value) in _profile.Headers)
        {
            request.Headers.Add(name, value);
        }

        return request;
    }
}
