using System.Net;
using System.Net.Http.Headers;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Resift;

/// <summary>
/// The way to one provider: sends a request, reads its answer, and makes a <see cref="RerankerException"/> of all that fails.
/// </summary>
internal sealed class ProviderChannel : IDisposable
{
    private readonly ProviderProfile _profile;
    private readonly HttpRerankerOptions _options;
    private readonly ApiKey _key;
    private readonly string[] _otherSecrets;
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
        _otherSecrets = [.. options.Headers?.Values ?? [], .. ValuesOf(address.Query)];
        _ownsClient = httpClient is null;
        _client = httpClient ?? OwnClient();
        _pipeline = _ownsClient ? ProviderPipeline.Create(options) : ResiliencePipeline<HttpResponseMessage>.Empty;
        _disposed = _disposal.Token;
    }

    public bool IsDisposed => _disposed.IsCancellationRequested;

    /// <summary>Sends a request, as often as the pipeline wants, and reads the answer.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="body">The body.</param>
    /// <param name="documentCount">How many documents the body has.</param>
    /// <param name="scale">What the scores mean.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<WireAnswer> AskAsync(
        Uri address, byte[] body, int documentCount, ScoreScale scale, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposed);
        try
        {
            var key = await KeyAsync(stop.Token).ConfigureAwait(false);
            using var response = await _pipeline.ExecuteAsync(
                static async (state, token) =>
                    await state.Channel.AttemptAsync(state.Address, state.Body, state.Key, token).ConfigureAwait(false),
                (Channel: this, Address: address, Body: body, Key: key),
                stop.Token).ConfigureAwait(false);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(stop.Token).ConfigureAwait(false);
            var redaction = key.With(_otherSecrets);
            return response.IsSuccessStatusCode
                ? new AnswerReader(_profile, documentCount, scale, redaction).Read(response, answer)
                : throw ProviderError.Create(response, answer, _profile, address, redaction, _options);
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
            string host = address.GetLeftPart(UriPartial.Authority);
            throw new RerankerException($"{_profile.DisplayName} at {host} could not be reached, or broke off: {Reason(error)}", error)
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

    // "An error occurred while sending the request" has its reason inside.
    private static string Reason(Exception error)
    {
        var inner = error.GetBaseException();
        return error.Message.Contains(inner.Message, StringComparison.Ordinal) ? error.Message : $"{error.Message} {inner.Message}";
    }

    private static IEnumerable<string> ValuesOf(string query) => query.TrimStart('?').Split('&')
        .Select(pair => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..])
        .SelectMany(value => new[] { value, Uri.UnescapeDataString(value) });

    private async ValueTask<ApiKey> KeyAsync(CancellationToken cancellationToken)
    {
        if (_options.TokenProvider is not { } provider)
        {
            return _key;
        }

        try
        {
            return ApiKey.OfToken(await provider(cancellationToken).ConfigureAwait(false), _profile);
        }
        catch (Exception error) when (error is not RerankerException && !cancellationToken.IsCancellationRequested)
        {
            throw new RerankerException($"There is no token for {_profile.DisplayName}, so no request was sent: {error.Message}", error)
            {
                IsTransient = ProviderPipeline.MayPass(error),
            };
        }
    }

    private async Task<HttpResponseMessage> AttemptAsync(Uri address, byte[] body, ApiKey key, CancellationToken cancellationToken)
    {
        // HttpClient's own time ends with the headers; a body that stalls has to end as well.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(_client.Timeout);
        using var request = Request(address, body, key);
        var content = (OneOriginContent)request.Content!;
        HttpResponseMessage? response = null;
        try
        {
            response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token).ConfigureAwait(false);
            if (content.Refused is null && content.IsFromElsewhere(response, address))
            {
                throw FromElsewhere(address, response.RequestMessage!.RequestUri!);
            }

            await BoundedBody.BufferAsync(response, _options.MaxResponseBytes, _profile.DisplayName, stop.Token).ConfigureAwait(false);
            return response;
        }
        catch (Exception error)
        {
            response?.Dispose();
            if (content.Refused is { } elsewhere)
            {
                throw FromElsewhere(address, elsewhere, error);
            }

            throw;
        }
    }

    private RerankerException FromElsewhere(Uri address, Uri elsewhere, Exception? cause = null) => new(
        $"{_profile.DisplayName} at {address.GetLeftPart(UriPartial.Authority)} led the given HttpClient to " +
        $"{elsewhere.GetLeftPart(UriPartial.Authority)}, from where no answer is taken. The key may have been sent there. Set " +
        "AllowAutoRedirect of the client's handler to false, and give the endpoint's final address.", cause);

    private HttpRequestMessage Request(Uri address, byte[] body, ApiKey key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Content = new OneOriginContent(body, request);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Accept.Add(new("application/json"));
        request.Headers.UserAgent.Add(new("resift", null));
        key.AddTo(request, _profile.KeyHeader);
        foreach (var (name, value) in _profile.Headers.Concat(_options.Headers ?? new Dictionary<string, string>()))
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }
}
